/** Counts what is alive on the device: every owner enters what it creates and strikes what it frees. */
export class Ledger {
  #tensors = 0;
  #bytes = 0;

  get tensors(): number {
    return this.#tensors;
  }

  get bytes(): number {
    return this.#bytes;
  }

  enter(bytes: number): void {
    this.#tensors += 1;
    this.#bytes += bytes;
  }

  strike(bytes: number): void {
    this.#tensors -= 1;
    this.#bytes -= bytes;
  }
}
