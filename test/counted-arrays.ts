/** Counts what code does with arrays of numbers, in place of taking its time: elements read or written, and arrays made. */

export interface ArrayCounts {
  /** Elements read or written. */
  touched: number;
  /** Lengths of the arrays that were made. */
  readonly made: number[];
}

type Numbers = Float64Array | Float32Array | Int32Array;

/** An array that counts; its methods count all of its elements. */
export function counted<T extends Numbers>(array: T, counts: ArrayCounts): T {
  return new Proxy<T>(array, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) {
        counts.touched += 1;
        return target[Number(key)];
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (key !== "subarray") counts.touched += target.length;
        return Reflect.apply(value, target, given);
      };
    },
    set(target, key, value: number) {
      if (typeof key === "string" && /^\d+$/.test(key)) counts.touched += 1;
      return Reflect.set(target, key, value, target);
    },
  });
}

/** While `run` runs, the arrays that are made count. */
export function whileCounting<T>(counts: ArrayCounts, run: () => T): T {
  const { Float64Array: doubles, Float32Array: floats, Int32Array: ints } = globalThis;
  const countedType = <C extends typeof doubles | typeof floats | typeof ints>(type: C): C =>
    new Proxy(type, {
      construct: (target, given: ConstructorParameters<C>) => {
        const made = Reflect.construct(target, given) as Numbers;
        counts.made.push(made.length);
        return counted(made, counts);
      },
    });
  Object.assign(globalThis, {
    Float64Array: countedType(doubles),
    Float32Array: countedType(floats),
    Int32Array: countedType(ints),
  });
  try {
    return run();
  } finally {
    Object.assign(globalThis, { Float64Array: doubles, Float32Array: floats, Int32Array: ints });
  }
}
