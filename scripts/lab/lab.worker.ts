/** The product's worker with a counter in front of the GPU, so that tests and `bench` see what each step costs there. */
import "./gpu-counts.ts";
import "../../workers/tiller.worker.ts";
