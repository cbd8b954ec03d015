"""How many clips a second come out of video files: clip_benchmark.py FOLDER SECONDS [LIBRARY...].

Random clips of a fixed number of frames, each frame an RGB array at the size that a shard would
store, on one thread; PrepBenchmark measures the same from shards. Prints a library, the grid and the
clips a second on a line; what is not installed is said.
"""

import random
import sys
import time
from pathlib import Path

# Short side of the stored frames, frames of a clip.
GRIDS = [(160, 8), (226, 16), (320, 32)]
LONGEST = 32


def wanted(rng, frames, length):
    # Shards hold every second frame.
    stride = 2 * max(1, min(1 + rng.randrange(LONGEST // length), (frames - 1) // (2 * length)))
    first = rng.randrange(max(1, frames - length * stride))
    return [min(frames - 1, first + i * stride) for i in range(length)]


def scaled(width, height, short):
    return round(width * short / min(width, height)), round(height * short / min(width, height))


class PyAV:
    def __init__(self):
        import av

        self.av = av

    def frames(self, path):
        with self.av.open(str(path)) as file:
            return sum(1 for _ in file.demux(file.streams.video[0]) if _.size)

    def clip(self, path, at, short):
        with self.av.open(str(path)) as file:
            stream = file.streams.video[0]
            stream.thread_type = "NONE"
            stream.codec_context.thread_count = 1
            rate = stream.average_rate
            file.seek(int(at[0] / rate / stream.time_base), stream=stream)
            taken, found = set(at), []
            for frame in file.decode(stream):
                index = round(frame.pts * stream.time_base * rate)
                if index in taken or index > at[-1]:
                    width, height = scaled(frame.width, frame.height, short)
                    found.append(frame.to_ndarray(
                        width=width, height=height, format="rgb24", interpolation="BILINEAR"))
                if index >= at[-1]:
                    return found


class TorchCodec:
    def __init__(self):
        import torch
        from torchcodec.decoders import VideoDecoder

        torch.set_num_threads(1)
        self.torch, self.decoder = torch, VideoDecoder

    def frames(self, path):
        return len(self.decoder(str(path)))

    def clip(self, path, at, short):
        decoder = self.decoder(str(path), num_ffmpeg_threads=1, seek_mode="approximate")
        last = len(decoder) - 1
        frames = decoder.get_frames_at([min(i, last) for i in at]).data
        width, height = scaled(frames.shape[-1], frames.shape[-2], short)
        return self.torch.nn.functional.interpolate(
            frames.float(), (height, width), mode="bilinear").byte()


class Decord:
    def __init__(self):
        import decord

        self.decord, self.sizes = decord, {}

    def frames(self, path):
        reader = self.decord.VideoReader(str(path), num_threads=1)
        self.sizes[path] = reader[0].shape[1::-1]
        return len(reader)

    def clip(self, path, at, short):
        width, height = scaled(*self.sizes[path], short)
        reader = self.decord.VideoReader(str(path), width=width, height=height, num_threads=1)
        return reader.get_batch(at).asnumpy()


LIBRARIES = {"pyav": PyAV, "torchcodec": TorchCodec, "decord": Decord}


def main(folder, seconds, *names):
    videos = sorted(p for p in Path(folder).iterdir() if p.is_file())
    for name in names or LIBRARIES:
        try:
            library = LIBRARIES[name]()
        except (ImportError, OSError, RuntimeError) as e:
            print(f"{name} is not there: {str(e).splitlines()[0]}")
            continue
        counts = {video: library.frames(video) for video in videos}
        for short, length in GRIDS:
            rng, clips, start = random.Random(1), 0, time.perf_counter()
            while time.perf_counter() - start < float(seconds):
                video = rng.choice(videos)
                library.clip(video, wanted(rng, counts[video], length), short)
                clips += 1
            print(f"{name} {short} {clips / (time.perf_counter() - start):.3f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
