/** Makes every bundled model: `npm run train -- [--smoke] [--device cpu|cuda] [--stage NAME]`; `--help` lists the rest. */
import { runPython, trainingPython } from "./python-env.ts";

const python = trainingPython();
if (python === undefined) {
  console.error("Training needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv).");
  process.exitCode = 1;
} else {
  process.exitCode = runPython(python, ["-m", "tiller_training.pipeline", ...process.argv.slice(2)]);
}
