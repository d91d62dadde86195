/**
 * The program behind `beside.ts`: one workgroup a pair of rows. Of a row of logits it takes log Z, its mean under the distribution of
 * the held row, and the logits at the tokens of that row's cut.
 */
import { CUT_SIZE } from "../../../core/cut-logits.ts";

/** Words of the call before the banned tokens. */
export const CALL_HEAD = 4;
/** Words of a pair in the call: where its two rows are, the largest logit of the held one, and the tokens. */
export const PAIR_WORDS = 3 + CUT_SIZE;
/** Words of a pair in what is found. */
export const BESIDE_WORDS = CUT_SIZE + 5;
/** The largest logit, the sum of e^(logit - largest), that of the held weights, the weighted sum, how many are not finite. */
export const SUMS = { largest: CUT_SIZE, mass: CUT_SIZE + 1, weight: CUT_SIZE + 2, moment: CUT_SIZE + 3 } as const;
export const STRANGE = CUT_SIZE + 4;

const LANES = 256;

export const BESIDE_SHADER = /* wgsl */ `
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> held: array<f32>;
// Floats from row to row of both, tokens of a row, how many tokens are banned, and these; then the pairs.
@group(0) @binding(2) var<storage, read> call: array<u32>;
@group(0) @binding(3) var<storage, read_write> found: array<u32>;

var<workgroup> masses: array<f32, ${LANES}>;
var<workgroup> weights: array<f32, ${LANES}>;
var<workgroup> moments: array<f32, ${LANES}>;
var<workgroup> strange: atomic<u32>;

@compute @workgroup_size(${LANES})
fn beside(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = call[2];
  let banned = call[3];
  let pair = ${CALL_HEAD}u + banned + group.x * ${PAIR_WORDS}u;
  let start = call[pair] * call[0];
  let held_start = call[pair + 1u] * call[1];
  let held_largest = bitcast<f32>(call[pair + 2u]);
  let place_of = group.x * ${BESIDE_WORDS}u;

  var own = -3.4e38f;
  for (var v = lane; v < size; v += ${LANES}u) {
    let x = logits[start + v];
    if ((bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u) {
      atomicAdd(&strange, 1u);
    } else {
      own = max(own, x);
    }
  }
  masses[lane] = own;
  workgroupBarrier();
  for (var span = ${LANES / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) { masses[lane] = max(masses[lane], masses[lane + span]); }
    workgroupBarrier();
  }
  let largest = masses[0];
  workgroupBarrier();

  var mass = 0f;
  var weight = 0f;
  var moment = 0f;
  for (var v = lane; v < size; v += ${LANES}u) {
    let below = logits[start + v] - largest;
    mass += exp(below);
    var is_banned = false;
    for (var b = 0u; b < banned; b += 1u) { is_banned = is_banned || call[${CALL_HEAD}u + b] == v; }
    if (!is_banned) {
      let own_weight = exp(held[held_start + v] - held_largest);
      weight += own_weight;
      moment += own_weight * below;
    }
  }
  masses[lane] = mass;
  weights[lane] = weight;
  moments[lane] = moment;
  workgroupBarrier();
  for (var span = ${LANES / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) {
      masses[lane] += masses[lane + span];
      weights[lane] += weights[lane + span];
      moments[lane] += moments[lane + span];
    }
    workgroupBarrier();
  }
  if (lane < ${CUT_SIZE}u) { found[place_of + lane] = bitcast<u32>(logits[start + call[pair + 3u + lane]]); }
  if (lane == 0u) {
    found[place_of + ${SUMS.largest}u] = bitcast<u32>(largest);
    found[place_of + ${SUMS.mass}u] = bitcast<u32>(masses[0]);
    found[place_of + ${SUMS.weight}u] = bitcast<u32>(weights[0]);
    found[place_of + ${SUMS.moment}u] = bitcast<u32>(moments[0]);
    found[place_of + ${STRANGE}u] = atomicLoad(&strange);
  }
}
`;
