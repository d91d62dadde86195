/** A file of which only the parts that are asked for are read. A `Blob` serves in a page, in a worker and in Node. */

export interface ByteSource {
  readonly size: number;
  /** Fewer bytes than asked for only where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** In Node, `openAsBlob` of node:fs makes a blob that reads from the disk. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.byteLength, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}
