/** The parts of an address as str2sa_range() of the daemon splits them (src/tools.c). */
export interface AddressParts {
  /** `ipv4`, `unix`, `quic+ipv4` …: what stands before the `@`. */
  readonly prefix: string | undefined;
  readonly host: string;
  /** Text behind the last colon; undefined without a colon. */
  readonly portText: string | undefined;
  readonly port: number | undefined;
  readonly portEnd: number | undefined;
  /** Path, fd, or abstract name: no IP socket. */
  readonly special: boolean;
  /** Holds a variable or a placeholder: its value is not known. */
  readonly opaque: boolean;
}

/** What the grammar makes of an address: indices into its tokens, -1 where there is none. */
export interface AddressShape {
  readonly transport: number;
  readonly family: number;
  /** Path, descriptor or name, when it is no IP socket. */
  readonly rest: number;
  readonly host: number;
  readonly colon: number;
  readonly port: number;
}

/** An address with its tokens' texts. */
export interface Address {
  /** `stream`, `dgram` or `quic` before a `+`; '' without. */
  readonly transport: string;
  /** The word before the `@`; '' without, `unix` for a path. */
  readonly family: string;
  /** What follows the family of an address that is no IP socket; undefined for IP sockets. */
  readonly rest: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
}
