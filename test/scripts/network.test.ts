import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { networkAddresses, WITHHELD } from "../../scripts/network.ts";

const at = (address: string, family: "IPv4" | "IPv6", internal: boolean): NetworkInterfaceInfo => ({
  address,
  family,
  internal,
  netmask: "",
  mac: "",
  cidr: null,
  scopeid: 0,
});

test("a class is told every address of this machine but those that it alone can reach", () => {
  const interfaces = {
    lo: [at("127.0.0.1", "IPv4", true), at("::1", "IPv6", true)],
    wifi: [at("192.168.1.20", "IPv4", false), at("fe80::1", "IPv6", false)],
    cable: [at("10.0.0.7", "IPv4", false)],
  };
  expect(networkAddresses(interfaces, "teacher", 4173)).toEqual([
    "http://192.168.1.20:4173/",
    "http://10.0.0.7:4173/",
    "http://teacher:4173/",
  ]);
});

test("it is told what browsers withhold over plain http", () => {
  for (const word of ["WebGPU", "thread", "clipboard", "network", "https"]) expect(WITHHELD).toContain(word);
});
