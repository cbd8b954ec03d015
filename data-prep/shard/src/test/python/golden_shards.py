"""Writes the golden shards from SPEC.md alone, without the product's code: golden_shards.py FOLDER."""

import json
import struct
import sys
import zlib


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def pixels(video, frame, width, height):
    return bytes((31 * i + 7 * frame + 13 * video) % 256 for i in range(width * height * 3))


def shard(codec, encode):
    out = b"MGSHARD1" + struct.pack("<II", 1, 0)
    records = []
    videos = [("first.mp4", 3, 4, 3, 0.25), ("second clip.mp4", 2, 3, 5, 0.125)]
    for video, (path, count, width, height, seconds) in enumerate(videos):
        frames = [encode(pixels(video, f, width, height)) for f in range(count)]
        checked = struct.pack("<IHH", count, width, height)
        checked += b"".join(struct.pack("<II", len(f), crc32c(f)) for f in frames)
        record = b"MGRC" + struct.pack("<I", crc32c(checked)) + checked + b"".join(frames)
        records.append({"offset": len(out), "length": len(record), "path": path, "width": width,
                        "height": height, "frames": count, "durationSeconds": seconds})
        out += record
    index = json.dumps({"shortSide": 3, "fps": 12.5, "codec": codec, "keyEvery": 1,
                        "records": records}, separators=(",", ":")).encode()
    return out + index + struct.pack("<QII", len(out), len(index), crc32c(index)) + b"MGSHARDE"


if __name__ == "__main__":
    assert crc32c(b"123456789") == 0xE3069283
    for name, encode in (("raw", bytes), ("deflate", lambda p: zlib.compress(p, 1))):
        with open(f"{sys.argv[1]}/{name}.mgs", "wb") as file:
            file.write(shard(name, encode))
