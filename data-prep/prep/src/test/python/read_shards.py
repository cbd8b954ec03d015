"""Reads a prepared data set with public packages alone, as SPEC.md describes it.

read_shards.py DATASET prints one JSON object a line: a grid, a video, and the SHA-256 of its pixels.
read_shards.py DATASET GRID PATH FRAME FILE writes the pixels of one frame to a file.
"""

import gzip
import hashlib
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import google_crc32c
from PIL import Image


def check(data, crc, what):
    found = google_crc32c.value(bytes(data))
    if found != crc:
        raise ValueError(f"{what}: checksum {found:08x}, expected {crc:08x}")


def h264(units, width, height):
    """The last picture of a group: full range, BT.601, padded to even sides of at least 16."""
    import av

    context = av.CodecContext.create("h264", "r")
    pictures = [p for unit in units for p in context.decode(av.Packet(unit))]
    pictures += context.decode(None)
    if len(pictures) != len(units):
        raise ValueError(f"{len(pictures)} pictures of {len(units)} access units")
    rgb = pictures[-1].to_ndarray(
        format="rgb24", src_colorspace="ITU601", src_color_range="JPEG", dst_color_range="JPEG")
    coded = tuple(max(16, side + side % 2) for side in (height, width))
    if rgb.shape[:2] != coded:
        raise ValueError(f"an H.264 picture of {rgb.shape}")
    return rgb[:height, :width].tobytes()


class Shard:
    def __init__(self, path):
        self.file = open(path, "rb")
        if self.at(0, 12) != b"MGSHARD1" + struct.pack("<I", 1):
            raise ValueError(f"{path}: not a shard of version 1")
        size = self.file.seek(0, io.SEEK_END)
        offset, length, crc, magic = struct.unpack("<QII8s", self.at(size - 24, 24))
        if magic != b"MGSHARDE" or offset + length != size - 24:
            raise ValueError(f"{path}: no trailer")
        index = self.at(offset, length)
        check(index, crc, f"index of {path}")
        self.index = json.loads(index)

    def at(self, offset, length):
        self.file.seek(offset)
        data = self.file.read(length)
        if len(data) != length:
            raise ValueError(f"{self.file.name}: ends at byte {offset + len(data)}")
        return data

    def table(self, record):
        offset, n = record["offset"], record["frames"]
        magic, crc, count, width, height = struct.unpack("<4sIIHH", self.at(offset, 16))
        if magic != b"MGRC" or (count, width, height) != (n, record["width"], record["height"]):
            raise ValueError(f"record at {offset} is not as the index says")
        check(self.at(offset + 8, 8 + 8 * n), crc, f"record at {offset}")
        return list(struct.iter_unpack("<II", self.at(offset + 16, 8 * n)))

    def frame(self, record, f):
        """The pixels of one frame: only its own bytes are read, and those of its group before."""
        table = self.table(record)
        codec = self.index["codec"]
        if codec.startswith("h264-"):
            first = f - f % int(codec.removeprefix("h264-"))
            units = [self.bytes(record, table, i) for i in range(first, f + 1)]
            return h264(units, record["width"], record["height"])
        return self.pixels(self.bytes(record, table, f), record["width"], record["height"])

    def bytes(self, record, table, f):
        offset = record["offset"] + 16 + 8 * len(table) + sum(length for length, _ in table[:f])
        length, crc = table[f]
        data = self.at(offset, length)
        check(data, crc, f"frame {f} of {record['path']}")
        return data

    def pixels(self, data, width, height):
        codec = self.index["codec"]
        if codec == "deflate":
            data = zlib.decompress(data)
        elif codec == "mjpeg":
            image = Image.open(io.BytesIO(data))
            if image.size != (width, height):
                raise ValueError(f"a JPEG image of {image.size}")
            data = image.convert("RGB").tobytes()
        elif codec != "raw":
            raise ValueError(f"codec {codec}")
        if len(data) != width * height * 3:
            raise ValueError(f"{len(data)} bytes for {width} x {height}")
        return data


def main(dataset, grid=None, path=None, frame=None, out=None):
    root = Path(dataset)
    manifest = json.loads((root / "manifest.json").read_text())
    if (manifest["format"], manifest["version"]) != ("multigrid-dataset", 1):
        raise ValueError("not a data set of version 1")
    listed = (root / manifest["list"]["file"]).read_bytes()
    check(listed, manifest["list"]["crc32c"], "list of videos")
    videos = [json.loads(line) for line in gzip.decompress(listed).splitlines()]
    for g, its in enumerate(manifest["grids"]):
        name = f"s{its['shortSide']}-{its['fps']:g}fps"
        for video in videos:
            shard = Shard(root / its["shards"][video["shard"]]["file"])
            record = shard.index["records"][video["record"]]
            if (record["path"], record["offset"], record["frames"]) != (
                    video["path"], video["offsets"][g], video["frames"][g]):
                raise ValueError(f"{video['path']} is not where the list says")
            if grid is None:
                sha = hashlib.sha256()
                for f in range(record["frames"]):
                    sha.update(shard.frame(record, f))
                print(json.dumps({"grid": name, "path": video["path"], "sha256": sha.hexdigest()}))
            elif (name, video["path"]) == (grid, path):
                Path(out).write_bytes(shard.frame(record, int(frame)))


if __name__ == "__main__":
    main(*sys.argv[1:])
