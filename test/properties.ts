/** fast-check with a fixed seed: a failure repeats everywhere, and no run fails by luck. */
import * as fc from "fast-check";

fc.configureGlobal({ seed: 20261 });

export { fc };
