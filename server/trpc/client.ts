import Bowser from 'bowser';
import ipaddr from 'ipaddr.js';

const MAX_USER_AGENT = 512;

/** The network of an address, never the address: /24 for IPv4, /48 for IPv6; `unknown` for neither. */
export function coarseNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bits = parsed.kind() === 'ipv4' ? 24 : 48;
  const bytes = parsed.toByteArray().map((byte, index) => (index * 8 < bits ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** Browser and system in words, without versions: "Firefox on Windows". */
export function coarseUserAgent(userAgent: string): string {
  if (userAgent === '') return 'Unknown browser';
  const { browser, os } = Bowser.parse(userAgent.slice(0, MAX_USER_AGENT));
  const name = browser.name ?? 'Unknown browser';
  return os.name ? `${name} on ${os.name}` : name;
}
