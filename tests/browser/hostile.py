"""A hundred strings that people call things by, by mistake or on purpose; each must be shown as it is, everywhere."""

from __future__ import annotations

MARK = "cvw-owned"
"""What a string would write into the page's title, were it ever taken for code."""

_SCRIPTS = [
    "<script>document.title='{m}'</script>",
    "<img src=x onerror=document.title='{m}'>",
    "<svg onload=document.title='{m}'>",
    "<iframe srcdoc=\"<script>parent.document.title='{m}'</script>\">",
    "<a href='javascript:document.title=1'>click</a>",
    "<style>* {{ display: none !important }}</style>",
    "<b>bold</b>",
    "<details open ontoggle=document.title='{m}'>",
    "<input autofocus onfocus=document.title='{m}'>",
    "<video><source onerror=document.title='{m}'>",
    "\"><img src=x onerror=document.title='{m}'>",
    "' onmouseover='document.title=1",
    "</title><script>document.title='{m}'</script>",
    "</textarea><script>document.title='{m}'</script>",
    "<!-- comment -->",
    "<![CDATA[x]]>",
    "&lt;b&gt;not twice&lt;/b&gt;",
    "&amp;amp;",
    "&#60;img src=x&#62;",
    "javascript:document.title='{m}'",
    "data:text'html,<script>document.title=1<'script>",
    "${{document.title='{m}'}}",
    "{{{{constructor.constructor('document.title=1')()}}}}",
    "`${{document.title=1}}`",
    "%3Cscript%3Edocument.title=1%3C%2Fscript%3E",
]
_WORDS = [
    "Robert'); DROP TABLE labels;--", "' OR 1=1 --", '"quoted"', "it's", "back\\slash", "semi;colon", "comma, colon:",
    "a=b&c=d", "50% off", "100%25",
    "%s %d %(x)s", "{0} {name}", "$HOME $(id) `id`", "~", ".", "..",
    "-rf", "--help", "*", "?", "#hash", "@user", "| pipe", "a > b < c", "nul",
    "CON", "null", "undefined", "NaN", "true", "0", "-1", "1e308", "[]", "{}", "[object Object]",
    "__proto__", "constructor", "toString", "hasOwnProperty",
    "שלום עולם", "مرحبا بالعالم", "‮reversed", "a‮b", "​zero width", "zero​width", "e\u0301 combining", "ｆｕｌｌ", "ﬁ ligature", "İstanbul",
    "straße", "ĐĦŁ", "日本語", "한국어", "ไทย", "हिन्दी", "🦬", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "Z̷̳͝a̶l̵g̶o", "°C µm Ω", "∀x∈ℝ", "½ ¾", "nbsp here",
    "tab-less", "emoji 🙂 end", "“curly”", "… dots", "— dash",
    "a" * 100, "long " * 20 + "end", "CamelCase", "snake_case", "kebab-case",
]  # fmt: skip

HOSTILE = [text.format(m=MARK) if "{m}" in text or "{{" in text else text for text in _SCRIPTS] + _WORDS
