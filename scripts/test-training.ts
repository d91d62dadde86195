/** The pipeline's quick tests. Without Python there is nothing to run and one line says so: the playground needs none. */
import { runPython, trainingPython } from "./python-env.ts";

const python = trainingPython();
if (python === undefined) {
  console.log("SKIPPED training tests: no Python 3.11 or newer with venv (Debian: apt-get install python3-venv).");
} else {
  process.exitCode = runPython(python, ["-m", "pytest", "-q", ...process.argv.slice(2)]);
}
