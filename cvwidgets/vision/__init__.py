"""Models and the one test transform: find a base, load a classifier, ask it about pictures; torch is loaded inside functions."""

from cvwidgets.vision.ahead import read_ahead
from cvwidgets.vision.bases import STARTER, find_base, list_bases, propose_base
from cvwidgets.vision.card import card_header
from cvwidgets.vision.checking import check_config, check_files, weights_are_whole
from cvwidgets.vision.classifier import Classifier, find_device, find_heads, load_classifier, new_classifier, save_classifier
from cvwidgets.vision.embedding import Encoder, embed, load_encoder
from cvwidgets.vision.explaining import explain
from cvwidgets.vision.explanation import METHODS, Explaining, Explanation, Method, methods_for, paint_heat, paint_over
from cvwidgets.vision.hub import download_config, find_cached
from cvwidgets.vision.keys import model_key
from cvwidgets.vision.predict import predict
from cvwidgets.vision.searching import search_bases
from cvwidgets.vision.sending import check_sending, send_model
from cvwidgets.vision.transform import TestTransform

__all__ = [
    "METHODS",
    "STARTER",
    "Classifier",
    "Encoder",
    "Explaining",
    "Explanation",
    "Method",
    "TestTransform",
    "card_header",
    "check_config",
    "check_files",
    "check_sending",
    "download_config",
    "embed",
    "explain",
    "find_base",
    "find_cached",
    "find_device",
    "find_heads",
    "list_bases",
    "load_classifier",
    "load_encoder",
    "methods_for",
    "model_key",
    "new_classifier",
    "paint_heat",
    "paint_over",
    "predict",
    "propose_base",
    "read_ahead",
    "save_classifier",
    "search_bases",
    "send_model",
    "weights_are_whole",
]
