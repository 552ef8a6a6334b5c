"""Write the DWT-DCT mark as published, in floating point and on its own: no code is shared with the reader."""

import numpy as np

STEP = 36.0
_HAAR = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2.0)


def message_bits(message):
    """Bits of a message of bytes, or of a whole number without its leading zeros."""
    if isinstance(message, int):
        return [int(bit) for bit in format(message, "b")]
    return [byte >> (7 - place) & 1 for byte in message for place in range(8)]


PUBLISHED = {
    "Stable Diffusion": message_bits(b"StableDiffusionV1"),
    "Stable Diffusion 2": message_bits(b"SDV2"),
    "Stable Diffusion XL": message_bits(0b101100111110110010010000011110111011000110011110),
    "FLUX": message_bits(0b001010101111111010000111100111001111010100101110),
}


def marked(pixels, bits):
    """Pixels uint8 (h, w, 3) RGB with the bits in every 4x4 block of the Haar approximation of U."""
    height, width = pixels.shape[0] // 4 * 4, pixels.shape[1] // 4 * 4
    red, green, blue = np.moveaxis(pixels[:height, :width].astype(float), 2, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    chroma_blue, chroma_red = 0.492 * (blue - luma) + 128.0, 0.877 * (red - luma) + 128.0
    chroma_blue, chroma_red, luma = (np.rint(one).clip(0, 255) for one in (chroma_blue, chroma_red, luma))
    # One level of the transform: every 2x2 square becomes four coefficients.
    squares = chroma_blue.reshape(height // 2, 2, width // 2, 2).transpose(0, 2, 1, 3)
    waves = _HAAR @ squares @ _HAAR
    for place in range((height // 8) * (width // 8)):
        row, column = divmod(place, width // 8)
        block = waves[4 * row : 4 * row + 4, 4 * column : 4 * column + 4, 0, 0]
        spot = 1 + int(np.argmax(np.abs(block.ravel()[1:])))
        value = block[spot // 4, spot % 4]
        block[spot // 4, spot % 4] = (value // STEP + 0.25 + 0.5 * bits[place % len(bits)]) * STEP
    back = (_HAAR @ waves @ _HAAR).transpose(0, 2, 1, 3).reshape(height, width)
    blue = luma + (np.rint(back).clip(0, 255) - 128.0) / 0.492
    red = luma + (chroma_red - 128.0) / 0.877
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    out = pixels.copy()
    out[:height, :width] = np.rint(np.stack([red, green, blue], axis=2)).clip(0, 255).astype(np.uint8)
    return out
