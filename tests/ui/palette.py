"""Makes a picture of a page small: 256 colours, the most frequent ones, and the nearest of them for each other."""

import struct
import zlib
from base64 import b64decode, b64encode
from collections import Counter

from playwright.sync_api import Page

_READ = """async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('');
    return [image.width, image.height, btoa(text)];
}"""


def paletted(page: Page, png: bytes) -> bytes:
    """The same picture as a PNG with a palette; the page, an empty one, decodes the old file."""
    width, height, pixels = page.evaluate(_READ, b64encode(png).decode())
    colours = [colour[0][:3] for colour in struct.iter_unpack('4s', b64decode(pixels))]
    counts = Counter(colours)
    palette = [colour for colour, _ in counts.most_common(256)]
    places = {colour: _nearest(palette, colour) for colour in counts}
    rows = [
        bytes(map(places.__getitem__, colours[start : start + width])) for start in range(0, len(colours), width)
    ]
    content = zlib.compress(b''.join(b'\0' + row for row in rows), 9)
    head = struct.pack('>IIBBBBB', width, height, 8, 3, 0, 0, 0)
    chunks = [(b'IHDR', head), (b'PLTE', b''.join(palette)), (b'IDAT', content), (b'IEND', b'')]
    return b'\x89PNG\r\n\x1a\n' + b''.join(_chunk(kind, data) for kind, data in chunks)


def _nearest(palette: list[bytes], colour: bytes) -> int:
    distances = [sum((one - other) ** 2 for one, other in zip(of, colour, strict=True)) for of in palette]
    return distances.index(min(distances))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
