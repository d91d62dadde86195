/** The two ways in which a GGUF file is refused, always with the file's name, the reason and the way out. */
import { RunError } from "../../core/errors.ts";

const OTHER_FILE = "Choose a GGUF file with weights of type F32, F16, Q8_0, Q4_0, Q4_1 or Q6_K";

/** The file is not what it should be. */
export function damaged(id: string, reason: string, wayOut = "Download it again"): RunError {
  return new RunError("model-corrupt", `${id} cannot be read: ${reason}. ${wayOut}.`, { id, reason });
}

/** The file is whole, but holds what Tiller does not compute. */
export function unsupported(id: string, reason: string, wayOut = OTHER_FILE): RunError {
  return new RunError("model-unsupported", `${id} cannot be used: ${reason}. ${wayOut}.`, { id, reason });
}
