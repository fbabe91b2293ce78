"""What is in a picture, checked by decoding it; only the child process does that."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import Any

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from .image_parts import bare
from .messages import LARGE_PICTURE
from .shapes import ImageInfo, Unreadable

LARGEST = 20_000_000  # bytes
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000  # pixels
_MOST_FRAMES = 500

_ORIENTATION = 274
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
NOT_SHOWN = "Only pictures in the formats PNG, JPEG, GIF and WebP can be used."
BROKEN = "This picture is damaged or incomplete."
TOO_LARGE = "This picture has too many pixels. Please make it smaller."


def examined(data: bytes) -> ImageInfo:
    """The picture, free of everything but itself: no place, camera, thumbnail or trailing data.

    What is so already stays byte for byte; else it is encoded anew, turned as its camera says.
    Examined again, the result is the same.

    raises    Unreadable if it is no PNG, JPEG, GIF or WebP, is damaged, or has more than 40
              million pixels
    """
    if len(data) > LARGEST:
        raise Unreadable(LARGE_PICTURE, most=LARGEST // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
                return _examined(image, data)
    except Unreadable:
        raise
    except Image.DecompressionBombError as bomb:
        raise Unreadable(TOO_LARGE) from bomb
    except UnidentifiedImageError as unknown:
        raise Unreadable(NOT_SHOWN) from unknown
    except MemoryError as heavy:
        raise Unreadable(TOO_LARGE) from heavy
    except Exception as broken:  # Pillow's decoders raise whatever they come upon
        raise Unreadable(BROKEN) from broken


def _examined(image: Any, given: bytes) -> ImageInfo:
    kind = image.format
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Unreadable(TOO_LARGE)
    frames = getattr(image, "n_frames", 1)
    if frames > _MOST_FRAMES or frames * width * height > 4 * MOST_PIXELS:
        raise Unreadable(TOO_LARGE)
    if bare(kind, given) and image.getexif().get(_ORIENTATION, 1) == 1:
        _decoded(image, frames)
        return _info(given, kind, width, height)
    out = io.BytesIO()
    if frames > 1 and kind in ("GIF", "WEBP", "PNG"):
        _animated(image, kind, out)
    else:
        image = _still(image, kind, out)
        width, height = image.size
    return _info(out.getvalue(), kind, width, height)


def _decoded(image: Any, frames: int) -> None:
    """Raise whatever the decoder raises if a part of the picture is damaged."""
    for frame in range(frames):
        if frame:
            image.seek(frame)
        image.load()


def _info(data: bytes, kind: str, width: int, height: int) -> ImageInfo:
    return ImageInfo(
        sha256=hashlib.sha256(data).hexdigest(),
        mime=FORMATS[kind],
        width=width,
        height=height,
        data=data,
    )


def _still(image: Any, kind: str, out: io.BytesIO) -> Any:
    image.load()
    profile = image.info.get("icc_profile")
    options: dict[str, Any] = {"icc_profile": profile} if profile and len(profile) < 200_000 else {}
    turned = ImageOps.exif_transpose(image)
    clean = turned.copy()
    clean.info = {k: v for k, v in turned.info.items() if k == "transparency"}
    if kind == "JPEG":
        same = image.getexif().get(_ORIENTATION, 1) == 1
        if clean.mode not in ("L", "RGB", "CMYK"):
            clean = clean.convert("RGB")
        if same and hasattr(image, "quantization") and clean.mode == image.mode:
            # the same tables lose nothing more that anybody can see
            options |= {"qtables": image.quantization, "subsampling": _sampling(image)}
        else:
            options |= {"quality": 92}
        clean.save(out, "JPEG", optimize=True, **options)
    elif kind == "PNG":
        clean.save(out, "PNG", optimize=clean.width * clean.height < 2_000_000, **options)
    elif kind == "GIF":
        clean.save(out, "GIF")
    else:
        clean.save(out, "WEBP", quality=90, method=4, exif=b"", xmp=b"", **options)
    return clean


def _sampling(image: Any) -> int:
    from PIL import JpegImagePlugin  # noqa: PLC0415 - its sampling is wanted for JPEG only

    found = JpegImagePlugin.get_sampling(image)
    return found if found in (0, 1, 2) else 2


def _animated(image: Any, kind: str, out: io.BytesIO) -> None:
    frames = []
    lengths = []
    for frame in ImageSequence.Iterator(image):
        frames.append(frame.convert("RGBA") if kind != "GIF" else frame.copy())
        lengths.append(int(frame.info.get("duration", 100) or 100))
    options = {"exif": b"", "xmp": b""} if kind == "WEBP" else {}
    frames[0].save(
        out,
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=lengths,
        loop=int(image.info.get("loop", 0) or 0),
        **options,
    )
