"""The parameters of a recipe in words, for page and command line alike: what each does in a sentence, and what is usual."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of `Recipe` by its `name`: a plain sentence, the usual range or choice, and how it is `written` where one types it."""

    name: str
    sentence: str
    usual: str
    written: str = ""

    @property
    def about(self) -> str:
        """What it does and what is usual, for a form, which offers the choices itself."""
        return f"{self.sentence} Usual: {self.usual}."

    @property
    def help(self) -> str:
        """The same with how it is written, for a terminal."""
        return f"{self.about} {self.written}".strip()


PARAMETERS = (
    Parameter(
        "base",
        "The model that the training starts from.",
        "one of the hub that has seen many pictures; starter for a quick look, offline",
        'One of "starter", a model of the hub by its name, or a folder.',
    ),
    Parameter("epochs", "Passes over the training images; the best one is kept.", "1 for the last layer alone, else 5 to 50"),
    Parameter(
        "seed",
        "Decides order, augmentation and first weights; the same seed gives the same numbers.",
        "0, and 1, 2 to see what chance does",
    ),
    Parameter("batch_size", "Images per step; larger needs more memory.", "8 to 64"),
    Parameter("accumulation", "Batches gathered before each step, when memory is short.", "1 to 4"),
    Parameter("learning_rate", "How far each step goes at most; too high forgets, too low learns slowly.", "0.0001 to 0.003"),
    Parameter("weight_decay", "Keeps weights small, against learning by heart.", "0 to 0.1"),
    Parameter("warmup", "Share of all steps in which the learning rate rises.", "0 to 0.2"),
    Parameter("schedule", "How the learning rate falls.", "cosine", "One of cosine, linear, constant."),
    Parameter("label_smoothing", "Trusts labels a little less; helps when some are wrong.", "0 to 0.1"),
    Parameter("head_first", "The first epoch learns the last layer alone, in seconds.", "yes"),
    Parameter("layer_decay", "Learning rate of the first layers as a share of the last ones'; 1: all alike.", "0.1 to 1"),
    Parameter("averaging", "Keeps the mean of the weights over so many epochs; 0: none.", "0 to 2"),
    Parameter(
        "balance",
        "Whether images of rare labels count more; auto: somewhat, where labels are uneven.",
        "auto",
        "One of auto, none (all images count the same), weights (all labels do).",
    ),
    Parameter("choose_by", "What the validation images choose the best epoch by.", "accuracy", "One of accuracy, macro_f1, loss, last."),
    Parameter("patience", "Ends after so many epochs without a better one.", "3 to 10 where epochs are many, else none"),
    Parameter(
        "augmentation",
        "How much images are varied while learning.",
        "light, strong for long trainings",
        "One of none, light, strong, or a list as 'cvwidgets augmentations' says.",
    ),
    Parameter("image_size", "Side in pixels that the model sees; larger sees more and takes longer.", "the base's own, else 160 to 384"),
    Parameter(
        "split",
        "Shares of the images to learn from, to choose the best epoch by, and to be judged by.",
        "60 / 20 / 20, 80 / 10 / 10 of very many",
        "Three fractions that add up to 1.",
    ),
    Parameter("split_seed", "Another one puts other images into the parts; the test is another one then.", "0, and stay with it"),
    Parameter(
        "split_by",
        "What stays whole, on one side of the split; how they came keeps the parts of a data set.",
        "each image; folder, time or a column of your list where neighbors show nearly the same",
        "One of image, folder, time, column:patient …, or given, as images came.",
    ),
    Parameter("split_gap", "Minutes without an image that begin a new group of a split by time.", "1 to 60"),
    Parameter("depth", "1 trains the roots of the label tree, 2 their children.", "each label as it is, else 1 to 3"),
    Parameter(
        "precision", "How exactly it computes; auto tries once what is faster on this machine.", "auto", "One of auto, float32, bfloat16."
    ),
    Parameter(
        "device", "What computes; auto takes the graphics card where there is one.", "auto", "One of auto, cpu, cuda, cuda:1 …, mps."
    ),
    Parameter(
        "threads",
        "How many threads of the processor compute.",
        "nothing, else 1 to the number of cores",
        "Without it, as the settings or torch say.",
    ),
)
"""In the order of the recipe's fields."""

ABOUT = {one.name: one.about for one in PARAMETERS}
HELP = {one.name: one.help for one in PARAMETERS}
