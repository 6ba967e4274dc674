"""What light and a camera make of a scene: shadows, uneven light, exposure, color cast, blur, noise."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from cvwidgets.demo.noise import Field, grain, layered, mesh
from cvwidgets.demo.pen import Light

COARSE = 4
NIGHT = (16, 14, 20)


def set_back(random: np.random.Generator, ground: Image.Image) -> Image.Image:
    """The ground as it looks behind a thing that the camera is focused on: a little soft, and less vivid."""
    radius = random.uniform(0.004, 0.018) * min(ground.size)
    soft = ground.reduce(2).filter(ImageFilter.GaussianBlur(radius / 2)).resize(ground.size, Image.Resampling.BICUBIC)
    mean = Image.new("RGB", ground.size, tuple(int(v) for v in np.asarray(ground.resize((1, 1), Image.Resampling.BOX))[0, 0]))
    return Image.blend(soft, mean, random.uniform(0.35, 0.8))


def cast_shadow(picture: Image.Image, thing: Image.Image, at: tuple[int, int], light: Light, *, reach: float, dark: float) -> None:
    """Darkens the ground where the thing, laid `at` there, keeps light away: softly `reach` pixels off, and close to its foot."""
    small = (max(2, thing.width // COARSE), max(2, thing.height // COARSE))
    alpha = thing.getchannel("A").resize(small, Image.Resampling.BOX)
    far = Image.new("L", small)
    far.paste(alpha, (round(-light.x * reach / COARSE), round(-light.y * reach / COARSE)))
    far = far.filter(ImageFilter.GaussianBlur(max(0.6, reach / COARSE * 0.45)))
    near = alpha.filter(ImageFilter.GaussianBlur(max(0.5, reach / COARSE * 0.12)))
    shadow = Image.blend(far, near, 0.35).point([round(v * dark) for v in range(256)])
    picture.paste(NIGHT, (*at, at[0] + thing.width, at[1] + thing.height), shadow.resize(thing.size, Image.Resampling.BILINEAR))


def uneven_light(random: np.random.Generator, size: tuple[int, int], light: Light) -> Field:
    """Factor by which each pixel is lit: a slope, a darker rim, now and then the shadow of a tree or of blinds."""
    x, y = mesh(size)
    slope = 1 + random.uniform(0.0, 0.28) * (x * light.x + y * light.y)
    factor = slope * (1 - random.uniform(0.0, 0.22) * np.clip(x * x + y * y - 0.3, 0, 2.2))
    kind = random.random()
    if kind < 0.03:
        leaves = np.clip(layered(random, size, min(size) / 5, 3) * 5 + 0.6, 0, 1)
        factor = factor * (0.62 + 0.55 * leaves)
    elif kind < 0.06:
        turn = random.uniform(-0.6, 0.6)
        slats = np.clip(np.sin((x * np.sin(turn) + y * np.cos(turn)) * random.uniform(6, 14)) * 4 + 1, 0, 1)
        factor = factor * (0.66 + 0.48 * slats)
    elif kind < 0.11:
        turn, offset = random.uniform(0, 6.3), random.uniform(-0.3, 0.3)
        factor = factor * (0.55 + 0.5 * np.clip((x * np.cos(turn) + y * np.sin(turn) + offset) * random.uniform(4, 18) + 0.5, 0, 1))
    return np.asarray(factor, dtype=np.float32)


def expose(random: np.random.Generator, picture: Image.Image, factor: Field) -> Image.Image:
    """The photograph of the scene under that light: exposure, color cast, contrast, noise of the sensor."""
    warm = random.normal(0, 0.05)
    gains = np.asarray((1 + warm, 1.0, 1 - warm), np.float32) * np.float32(np.exp(np.clip(random.normal(0.0, 0.17), -0.4, 0.3)))
    values = np.asarray(picture, np.float32) * (gains / np.float32(255)) * factor[..., None]
    values *= np.float32(min(1.0, 0.72 / max(float(values[::8, ::8].mean()), 1e-3)))
    contrast = np.float32(random.uniform(0.92, 1.2))
    values = (values - np.float32(0.5)) * contrast + np.float32(0.5)
    if random.random() < 0.04:
        values = np.repeat(values.mean(axis=2, keepdims=True), 3, axis=2)
    strength = abs(random.normal(0, 0.015)) if random.random() < 0.9 else random.uniform(0.03, 0.06)
    values += (grain(random, picture.size) * np.float32(strength))[..., None]
    np.clip(values, 0, 1, out=values)
    return Image.fromarray((values * 255).astype(np.uint8))


def blur(random: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Mostly sharp; sometimes out of focus, sometimes shaken."""
    kind, short = random.random(), min(picture.size)
    if kind < 0.1:
        return picture.filter(ImageFilter.GaussianBlur(random.uniform(0.003, 0.011) * short))
    if kind < 0.14:
        steps, turn, far = 6, random.uniform(0, np.pi), random.uniform(0.008, 0.022) * short
        total = np.zeros((picture.height, picture.width, 3), np.float32)
        for step in np.linspace(-0.5, 0.5, steps):
            moved = (round(step * far * np.cos(turn)), round(step * far * np.sin(turn)))
            total += np.roll(np.asarray(picture, np.float32), moved, axis=(1, 0))
        return Image.fromarray((total / steps).astype(np.uint8))
    return picture
