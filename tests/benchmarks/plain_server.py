"""What one writes first: a FastAPI application that asks a float32 model in torch about one request at a time.

python -m tests.benchmarks.plain_server FOLDER PORT
"""

from __future__ import annotations

import io
import sys

import torch
import uvicorn
from fastapi import FastAPI, Request
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification


def plain(folder: str) -> FastAPI:
    """The application."""
    app = FastAPI()
    processor = AutoImageProcessor.from_pretrained(folder)
    model = AutoModelForImageClassification.from_pretrained(folder).eval()

    @app.post("/v1/predict")
    async def predict(request: Request) -> dict[str, object]:
        image = Image.open(io.BytesIO(await request.body())).convert("RGB")
        with torch.inference_mode():
            probabilities = model(**processor(image, return_tensors="pt")).logits.softmax(-1)[0]
        best = int(probabilities.argmax())
        return {"label": model.config.id2label[best], "probability": float(probabilities[best])}

    return app


if __name__ == "__main__":
    uvicorn.run(plain(sys.argv[1]), port=int(sys.argv[2]), log_level="error")
