/**
 * The program behind `cutter.ts`: one workgroup a row. The bits of a float, turned so that they order as it does, are sorted
 * into bins of eight bits, four times, the likeliest first: so the 64th largest is known without sorting. Then all above it are
 * written down, and of those equal to it the first ones.
 */
import { CUT_SIZE } from "../../../core/cut-logits.ts";

/** Words of a row: ids, logits, the largest logit, the sum of e^(logit - largest), how many logits are not finite, one spare. */
export const CUT_WORDS = 2 * CUT_SIZE + 4;

const LANES = 256;

export const CUT_SHADER = /* wgsl */ `
@group(0) @binding(0) var<storage, read> logits: array<f32>;
// Floats from row to row, tokens of a row, how many tokens are banned, and these; then the rows.
@group(0) @binding(1) var<storage, read> call: array<u32>;
@group(0) @binding(2) var<storage, read_write> found: array<u32>;

var<workgroup> bins: array<atomic<u32>, ${LANES}>;
var<workgroup> sums: array<f32, ${LANES}>;
var<workgroup> ties: array<u32, ${LANES}>;
var<workgroup> prefix: u32;
var<workgroup> missing: u32;
var<workgroup> slots: atomic<u32>;
var<workgroup> strange: atomic<u32>;

fn is_banned(v: u32) -> bool {
  for (var b = 0u; b < call[2]; b += 1u) {
    if (call[3u + b] == v) { return true; }
  }
  return false;
}

// Of a banned token lower than that of any other.
fn key_of(v: u32, x: f32) -> u32 {
  if (is_banned(v)) { return 0u; }
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

@compute @workgroup_size(${LANES})
fn cut(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let size = call[1];
  let start = call[3u + call[2] + group.x] * call[0];
  let place_of = group.x * ${CUT_WORDS}u;

  var own = -3.4e38f;
  for (var v = lane; v < size; v += ${LANES}u) {
    let x = logits[start + v];
    if ((bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u) {
      atomicAdd(&strange, 1u);
    } else if (!is_banned(v)) {
      own = max(own, x);
    }
  }
  sums[lane] = own;
  workgroupBarrier();
  for (var span = ${LANES / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) { sums[lane] = max(sums[lane], sums[lane + span]); }
    workgroupBarrier();
  }
  let largest = sums[0];
  workgroupBarrier();

  var sum = 0f;
  for (var v = lane; v < size; v += ${LANES}u) {
    if (!is_banned(v)) { sum += exp(logits[start + v] - largest); }
  }
  sums[lane] = sum;
  if (lane == 0u) {
    prefix = 0u;
    missing = ${CUT_SIZE}u;
  }
  workgroupBarrier();
  for (var span = ${LANES / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) { sums[lane] += sums[lane + span]; }
    workgroupBarrier();
  }

  var mask = 0u;
  for (var digit = 0u; digit < 4u; digit += 1u) {
    let shift = 24u - 8u * digit;
    atomicStore(&bins[lane], 0u);
    workgroupBarrier();
    let known = prefix;
    for (var v = lane; v < size; v += ${LANES}u) {
      let key = key_of(v, logits[start + v]);
      if ((key & mask) == known) { atomicAdd(&bins[(key >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (lane == 0u) {
      var bin = 255u;
      loop {
        let count = atomicLoad(&bins[bin]);
        if (count >= missing || bin == 0u) { break; }
        missing -= count;
        bin -= 1u;
      }
      prefix = known | (bin << shift);
    }
    workgroupBarrier();
    mask |= 255u << shift;
  }

  // From here on each lane has a stretch of its own, so that ties go to the lowest ids.
  let bound = prefix;
  let stretch = (size + ${LANES - 1}u) / ${LANES}u;
  let first = lane * stretch;
  let end = min(size, first + stretch);
  var equal = 0u;
  for (var v = first; v < end; v += 1u) {
    let x = logits[start + v];
    let key = key_of(v, x);
    if (key > bound) {
      let slot = atomicAdd(&slots, 1u);
      found[place_of + slot] = v;
      found[place_of + ${CUT_SIZE}u + slot] = bitcast<u32>(x);
    } else if (key == bound) {
      equal += 1u;
    }
  }
  ties[lane] = equal;
  workgroupBarrier();
  if (lane == 0u) {
    var before = 0u;
    for (var i = 0u; i < ${LANES}u; i += 1u) {
      let count = ties[i];
      ties[i] = before;
      before += count;
    }
    found[place_of + ${2 * CUT_SIZE}u] = bitcast<u32>(largest);
    found[place_of + ${2 * CUT_SIZE + 1}u] = bitcast<u32>(sums[0]);
    found[place_of + ${2 * CUT_SIZE + 2}u] = atomicLoad(&strange);
  }
  workgroupBarrier();
  var place = ties[lane];
  for (var v = first; v < end && place < missing; v += 1u) {
    let x = logits[start + v];
    if (key_of(v, x) == bound) {
      let slot = ${CUT_SIZE}u - missing + place;
      found[place_of + slot] = v;
      found[place_of + ${CUT_SIZE}u + slot] = bitcast<u32>(x);
      place += 1u;
    }
  }
}
`;
