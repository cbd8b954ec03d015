"""python trim.py ARCHITECTURE LIBRARY...: blanks the device code of CUDA libraries for all architectures but one (90 is Hopper).

What is blanked compresses to nothing, and the driver never looks at it on a GPU of that architecture. Code that is not there
for it stays as it is. Layout: .nv_fatbin holds containers (magic 0xBA55ED50; u16 version, u16 header, u64 length) of
entries (u16 kind, 2 is machine code; u32 header at 4, u64 length at 8, u32 architecture at 28)."""
import mmap, struct, sys

MAGIC, MACHINE_CODE = struct.pack("<I", 0xBA55ED50), 2

def fatbins(m):
    table, = struct.unpack_from("<Q", m, 0x28)
    size, count, names = struct.unpack_from("<HHH", m, 0x3A)
    sections = [struct.unpack_from("<IIQQQQ", m, table + i * size) for i in range(count)]
    for section in sections:
        name = sections[names][4] + section[0]
        if m[name:m.find(b"\0", name)] == b".nv_fatbin":
            yield section[4], section[4] + section[5]

def entries(m, at):
    header, length = struct.unpack_from("<HQ", m, at + 6)
    entry, end = at + header, at + header + length
    while entry + 64 <= end:
        kind, = struct.unpack_from("<H", m, entry)
        header, length = struct.unpack_from("<IQ", m, entry + 4)
        yield kind, struct.unpack_from("<I", m, entry + 28)[0], entry + header, length
        entry += header + length

def trim(path, architecture):
    kept = blanked = 0
    architectures = set()
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as m:
        for start, end in fatbins(m):
            at = m.find(MAGIC, start, end)
            while at >= 0:
                found = list(entries(m, at))
                architectures.update(arch for kind, arch, _, _ in found if kind == MACHINE_CODE)
                if any(kind == MACHINE_CODE and arch == architecture for kind, arch, _, _ in found):
                    for kind, arch, offset, length in found:
                        if kind == MACHINE_CODE and arch == architecture:
                            kept += length
                        else:
                            m[offset:offset + length] = bytes(length)
                            blanked += length
                at = m.find(MAGIC, max([at + 16] + [offset + length for _, _, offset, length in found]), end)
    if architectures and not kept:
        sys.exit(f"{path}: has no device code for {architecture}, but for {sorted(architectures)}")
    print(f"{path}: {kept >> 20} MiB of device code kept, {blanked >> 20} MiB blanked")

for library in sys.argv[2:]:
    trim(library, int(sys.argv[1]))
