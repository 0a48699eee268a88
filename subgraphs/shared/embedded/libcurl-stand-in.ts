/** What every function of the stand-in answers: a number (0 is also NULL), or the address of these bytes. */
const answers: Record<string, number | Buffer> = {
  // These two must succeed, or mongod does not start: CURLE_OK, and a curl_version_info_data with SSL in its features.
  curl_global_init: 0,
  curl_version_info: versionInfo(),
  curl_global_cleanup: 0,
  // No handle and no list is ever given out, so what would use one refuses: CURLE_FAILED_INIT.
  curl_easy_init: 0,
  curl_slist_append: 0,
  curl_easy_setopt: 2,
  curl_easy_getinfo: 2,
  curl_easy_perform: 2,
  curl_easy_cleanup: 0,
  curl_slist_free_all: 0,
  curl_easy_strerror: text('libcurl is not installed; this mongod runs on a stand-in for it'),
};

/** The functions the stand-in has: exactly those mongod imports. */
export const standInFunctions: readonly string[] = Object.keys(answers);

/**
 * A `libcurl.so.4` for Linux x64, byte by byte: a library whose functions do nothing but answer a constant.
 *
 * mongod is linked against libcurl and does not start without it, and the smallest Debian images lack it. What mongod
 * uses it for is HTTPS to others (the keys of OpenID providers at a login), which the embedded server, without logins
 * and on the loopback address, never does; asked all the same, it fails cleanly because it gets no handle. Only for the
 * mongod shipped by npm, and only where the system has no libcurl.
 *
 * It is made here, 4 KB, rather than committed as a binary, so that all of it can be read. The layout is the least that
 * the dynamic loader accepts: one page to read and run (headers, symbols, code, data), one to write (its directory).
 */
export function libcurlStandIn(): Buffer {
  const names = new Strings();
  const soname = names.add('libcurl.so.4');
  const version = names.add('CURL_OPENSSL_4');
  const symbolNames = standInFunctions.map((name) => names.add(name));

  const page = new Layout(headersSize);
  const code = page.reserve(standInFunctions.length * slot);
  const instructions = Object.values(answers).map((answer, i) =>
    typeof answer === 'number' ? returns(answer) : returnsAddress(page.add(answer) - (code + i * slot)),
  );
  const symbols = page.add(
    Buffer.concat([
      Buffer.alloc(24), // the first symbol is none
      // name, global function, defined here, address, size
      ...symbolNames.map((name, i) => Buffer.concat([u32(name), u16(0x12, 1), u64(code + i * slot, slot)])),
    ]),
  );
  const count = standInFunctions.length + 1;
  // One bucket whose chain runs through all symbols: 11 need no faster look-up.
  const hash = page.add(u32(1, count, 1, 0, ...standInFunctions.map((_, i) => (i + 2) % count)));
  const strings = page.add(names.bytes());
  const versions = page.add(u16(0, ...standInFunctions.map(() => 2)));
  // One version, number 2, with the ELF hash of its name, followed by its name.
  const versionDefinition = page.add(Buffer.concat([u16(1, 0, 2, 1), u32(0x44a42e4, 20, 0, version, 0)]));
  page.put(code, Buffer.concat(instructions));

  const directory = u64(
    ...[14, soname, 4, hash, 5, strings, 10, names.bytes().length, 6, symbols, 11, 24],
    ...[0x6ffffff0, versions, 0x6ffffffc, versionDefinition, 0x6ffffffd, 1, 0, 0],
  );
  page.put(
    0,
    Buffer.concat([
      Buffer.from('\x7fELF\x02\x01\x01'.padEnd(16, '\0'), 'latin1'),
      u16(3, 62), // a shared object, for x86-64
      u32(1),
      u64(0, 64, 0), // no entry; the segments follow these 64 bytes; no sections
      u32(0),
      u16(64, 56, 4, 64, 0, 0),
      segment({ type: 1, flags: 5, at: 0, size: pageSize, align: pageSize }), // load, to read and run
      segment({ type: 1, flags: 6, at: pageSize, size: directory.length, align: pageSize }), // load, to read and write
      segment({ type: 2, flags: 6, at: pageSize, size: directory.length, align: 8 }), // the loader's directory
      segment({ type: 0x6474e551, flags: 6, at: 0, size: 0, align: 16 }), // asks for a stack that cannot be run
    ]),
  );
  return Buffer.concat([page.bytes, directory]);
}

const pageSize = 4096;
const headersSize = 64 + 4 * 56;
/** The room of one function in bytes. */
const slot = 16;

/** The first page, filled from the front. */
class Layout {
  readonly bytes = Buffer.alloc(pageSize);
  #next: number;

  constructor(start: number) {
    this.#next = start;
  }

  reserve(size: number): number {
    const at = Math.ceil(this.#next / 16) * 16;
    this.#next = at + size;
    if (this.#next > pageSize) throw new RangeError(`Expected at most ${pageSize} bytes, found ${this.#next}.`);
    return at;
  }

  add(content: Buffer): number {
    const at = this.reserve(content.length);
    this.put(at, content);
    return at;
  }

  put(at: number, content: Buffer): void {
    content.copy(this.bytes, at);
  }
}

/** A table of names, each known by its offset; the first is the empty one. */
class Strings {
  #table = '\0';

  add(name: string): number {
    const at = this.#table.length;
    this.#table += `${name}\0`;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from(this.#table, 'latin1');
  }
}

/** `mov eax, value; ret` */
function returns(value: number): Buffer {
  return slotOf(Buffer.concat([Buffer.from([0xb8]), u32(value), Buffer.from([0xc3])]));
}

/** `lea rax, [rip + …]; ret`. @param distance from the start of the function; the instruction counts from its own end */
function returnsAddress(distance: number): Buffer {
  return slotOf(Buffer.concat([Buffer.from([0x48, 0x8d, 0x05]), u32(distance - 7), Buffer.from([0xc3])]));
}

function slotOf(instructions: Buffer): Buffer {
  return Buffer.concat([instructions, Buffer.alloc(slot - instructions.length, 0xcc)]); // int3: nobody gets there
}

function versionInfo(): Buffer {
  const info = Buffer.alloc(256); // every text in it NULL
  info.writeUInt32LE(1 << 2, 32); // features: CURL_VERSION_SSL
  return info;
}

function text(content: string): Buffer {
  return Buffer.from(`${content}\0`, 'latin1');
}

/** A segment whose place in memory is its place in the file. */
function segment(part: { type: number; flags: number; at: number; size: number; align: number }): Buffer {
  return Buffer.concat([u32(part.type, part.flags), u64(part.at, part.at, part.at, part.size, part.size, part.align)]);
}

function u16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function u32(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function u64(...values: number[]): Buffer {
  return Buffer.from(BigUint64Array.from(values, BigInt).buffer);
}
