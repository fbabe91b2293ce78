from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from strategy.text.read import Unreadable
from strategy.text.read.files import check_image
from tests.text.read.office import png


def saved(kind: str, size: tuple[int, int] = (4, 3), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_the_four_formats_are_known_by_their_content(kind, mime):
    info = check_image(saved(kind))
    assert (info.mime, info.width, info.height) == (mime, 4, 3)
    assert info.sha256 == hashlib.sha256(info.data).hexdigest()
    Image.open(io.BytesIO(info.data)).verify()


def test_place_and_camera_are_removed_and_the_picture_is_turned():
    exif = Image.Exif()
    exif[274] = 6  # lies on its side
    exif[271] = "Kamera"
    exif.get_ifd(0x8825)[1] = "N"
    info = check_image(saved("JPEG", exif=exif))
    assert (info.width, info.height) == (3, 4)
    kept = Image.open(io.BytesIO(info.data))
    assert dict(kept.getexif()) == {}
    assert b"Kamera" not in info.data and b"Exif" not in info.data


def test_what_hangs_behind_a_picture_is_removed():
    info = check_image(png() + b"<script>geheim</script>")
    assert b"geheim" not in info.data


def test_an_animation_stays_one():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    kept = Image.open(io.BytesIO(check_image(out.getvalue()).data))
    assert kept.n_frames == 3


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", saved("BMP"), saved("TIFF"),
        png()[:40], b"\xff\xd8\xff\xe0" + b"\x00" * 50, b"%PDF-1.7", b"GIF89a" + b"\x00" * 20,
    ],
)  # fmt: skip
def test_anything_else_is_refused(data):
    with pytest.raises(Unreadable):
        check_image(data)


def test_a_picture_with_too_many_pixels_is_refused():
    out = io.BytesIO()
    Image.new("1", (11_900, 3_500)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Unreadable, match="pixels"):
        check_image(out.getvalue())
    with pytest.raises(Unreadable, match="pixels"):
        check_image(saved("PNG", (13_000, 10)))


def test_a_picture_over_twenty_megabytes_is_refused():
    with pytest.raises(Unreadable, match="20 MB"):
        check_image(png() + b"\x00" * 20_000_000)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_was_checked_stays_the_same_when_it_is_checked_again(kind):
    exif = Image.Exif()
    exif[271] = "Kamera"
    options = {} if kind == "GIF" else {"exif": exif}
    once = check_image(saved(kind, (40, 30), **options))
    again = check_image(once.data)
    assert (again.sha256, again.data) == (once.sha256, once.data)
    assert b"Kamera" not in once.data


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_clean_animation_is_kept_byte_for_byte(kind):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, loop=0)
    assert check_image(check_image(out.getvalue()).data).data == check_image(out.getvalue()).data
    assert Image.open(io.BytesIO(check_image(out.getvalue()).data)).n_frames == 3


def test_a_clean_photograph_loses_nothing():
    data = saved("JPEG", (64, 48), quality=80)
    assert check_image(data).data == data


def test_texts_in_a_picture_are_removed():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Ada Geheim")
    assert b"Geheim" not in check_image(saved("PNG", pnginfo=info)).data
    assert b"Geheim" not in check_image(saved("GIF", comment=b"Geheim")).data
    assert b"Geheim" not in check_image(saved("JPEG", comment=b"Geheim")).data
