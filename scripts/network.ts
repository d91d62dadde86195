/** What `npm start -- --host` tells the person who serves a class. */
import type { NetworkInterfaceInfo } from "node:os";

/** Where other machines of the network find the page. */
export function networkAddresses(
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
  hostname: string,
  port: number,
): string[] {
  const reachable = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal);
  return [...reachable.map(({ address }) => address), hostname].map((name) => `http://${name}:${port}/`);
}

export const WITHHELD =
  "They open it over plain http. Browsers then give the page no WebGPU, one thread instead of several, no clipboard and\n" +
  "no use without the network. The bundled models run all the same. For the rest, put https in front of this server.";
