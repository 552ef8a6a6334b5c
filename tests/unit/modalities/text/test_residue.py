"""Residue: found in every language, at the right place, less where quoted, and not in human text."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.literals import index_of
from springhead.modalities.text.residue import find, score
from springhead.modalities.text.residue_rules import REASONS, RULES

SAID = {
    "identity.en": "Thank you. As an AI language model, I do not have opinions.",
    "cutoff.en": "As of my last knowledge update in 2021, it was so.",
    "refusal.en": "I'm sorry, but I can't assist with that request.",
    "answer.en": "Sure, here's a revised version of the paragraph: The cat sat.",
    "placeholder.en": "Best regards,\n[Your Name]",
    "citation.oaicite": "It rose by 4 %. :contentReference[oaicite:3]{index=3}",
    "citation.turn": "It rose by 4 %. citeturn0search12 Then it fell.",
    "citation.bracket": "It rose by 4 %【12†source】.",
    "citation.gemini": "[cite_start]It rose by 4 %. [cite: 12, 13]",
    "link.chat": "See https://example.org/?utm_source=chatgpt.com for more.",
    "identity.zh": "作为一个人工智能语言模型，我无法预测未来。",
    "refusal.zh": "很抱歉，我无法提供您需要的信息。",
    "identity.es": "Como modelo de lenguaje, no tengo opiniones.",
    "identity.fr": "En tant que modèle de langage, je n’ai pas d’opinion.",
    "identity.de": "Als KI-Sprachmodell habe ich keine Meinung.",
    "identity.pt": "Como um modelo de linguagem, não tenho opiniões.",
    "identity.it": "Come modello di linguaggio, non ho opinioni.",
    "identity.ru": "Как языковая модель, я не имею мнений.",
    "identity.ar": "كنموذج لغوي، لا أملك رأيًا شخصيًا.",
    "identity.ja": "AI言語モデルとして、私は意見を持っていません。",
    "identity.ko": "AI 언어 모델로서 저는 의견이 없습니다.",
    "identity.hi": "एक एआई भाषा मॉडल के रूप में, मैं राय नहीं रखता।",
    "identity.id": "Sebagai model bahasa AI, saya tidak memiliki pendapat.",
    "identity.vi": "Tôi là một mô hình ngôn ngữ AI, tôi không có ý kiến.",
    "identity.tr": "Bir yapay zeka dil modeli olarak kişisel görüşüm yok.",
    "identity.pl": "Jako model językowy nie mam opinii.",
    "identity.nl": "Als AI-taalmodel heb ik geen mening.",
    "refusal.es": "Lo siento, pero no puedo ayudarte con eso.",
    "refusal.fr": "Je suis désolé, mais je ne peux pas vous aider.",
    "refusal.de": "Es tut mir leid, aber ich kann Ihnen dabei nicht helfen.",
    "refusal.ru": "Извините, но я не могу помочь с этим.",
    "refusal.ja": "申し訳ありませんが、そのリクエストにはお応えできません。",
    "refusal.ko": "죄송하지만 해당 요청은 도와드릴 수 없습니다.",
    "placeholder.zh": "此致 [您的姓名]",
    "placeholder.de": "Mit freundlichen Grüßen [Ihr Name]",
    "placeholder.fr": "Cordialement, [Votre nom]",
    "placeholder.ru": "С уважением, [Ваше имя]",
    "identity.opinions.en": "I do not have personal opinions or beliefs about it.",
    "offer.en": "Let me know if you would like me to shorten it.",
    "offer.changes.en": "In this polished version, I have fixed the grammar.",
    "citation.grok": "It rose by 4 %. <grok-card data-id=12>",
    "citation.files": "See [the file](sandbox:/mnt/data/out.csv).",
    "prompt.tokens": "<|im_start|>user Write a poem.",
    "interface.en": "The end.\nRegenerate response\n",
    "cutoff.zh": "我的知识截止到2021年。",
    "answer.zh": "当然，以下是改写后的文章。",
    "placeholder.es": "Atentamente, [Tu nombre]",
    "answer.es": "¡Claro! Aquí tienes el texto.",
    "answer.fr": "Bien sûr ! Voici le texte.",
    "answer.de": "Natürlich! Hier ist der Text.",
    "refusal.pt": "Desculpe, mas não posso ajudar com isso.",
    "placeholder.pt": "Atenciosamente, [Seu nome]",
    "answer.pt": "Claro! Aqui está o texto.",
    "refusal.it": "Mi dispiace, ma non posso aiutarti.",
    "placeholder.it": "Cordiali saluti, [Il tuo nome]",
    "answer.it": "Certo! Ecco il testo.",
    "answer.ru": "Конечно! Вот пример письма.",
    "refusal.ar": "عذرًا، لا يمكنني مساعدتك في ذلك.",
    "placeholder.ar": "مع التحية، [اسمك]",
    "placeholder.ja": "敬具 [あなたの名前]",
    "answer.ja": "もちろんです！以下がその文章です。",
    "placeholder.ko": "감사합니다. [귀하의 이름]",
    "refusal.hi": "क्षमा करें, लेकिन मैं इस अनुरोध में मदद नहीं कर सकता।",
    "placeholder.hi": "सादर, [आपका नाम]",
    "refusal.id": "Maaf, tetapi saya tidak dapat membantu dengan permintaan itu.",
    "placeholder.id": "Hormat saya, [Nama Anda]",
    "refusal.vi": "Xin lỗi, nhưng tôi không thể đáp ứng yêu cầu này.",
    "placeholder.vi": "Trân trọng, [Tên của bạn]",
    "refusal.tr": "Üzgünüm, ancak bu konuda yardımcı olamam.",
    "placeholder.tr": "Saygılarımla, [Adınız]",
    "refusal.pl": "Przykro mi, ale nie mogę pomóc w tym.",
    "refusal.nl": "Het spijt me, maar ik kan u daar niet mee helpen.",
    "placeholder.nl": "Met vriendelijke groet, [Uw naam]",
    "placeholder.pl": "Z poważaniem, [Imię i nazwisko]",
}


@pytest.mark.parametrize("rule", SAID)
def test_each_rule_finds_its_phrase_inside_a_batch(rule: str) -> None:
    text = SAID[rule]
    hits = find(["Nothing here.", text, "Nor here, at all."])
    assert [(hit.row, hit.rule) for hit in hits][:1] == [(1, rule)]
    assert 0 <= hits[0].start < hits[0].end <= len(text)
    assert hits[0].reason


def test_seventeen_languages_have_rules_and_all_rules_are_sound() -> None:
    languages = {name.rsplit(".", 1)[1] for name, _, _ in RULES if name.startswith("identity.")}
    assert languages >= {
        *(
            "en",
            "zh",
            "es",
            "ar",
            "ru",
            "fr",
            "de",
            "pt",
            "it",
            "ja",
            "ko",
            "hi",
            "id",
            "vi",
            "tr",
            "pl",
            "nl",
        )
    }
    assert len({name for name, _, _ in RULES}) == len(RULES)
    assert {name for name, _, _ in RULES} == set(SAID)
    for name, literals, pattern in RULES:
        assert name.split(".")[0] in REASONS
        assert literals
        assert all(literal == literal.lower() for literal in literals)
        re.compile(pattern)


def test_a_quotation_weighs_less() -> None:
    plain = find(["He left. As an AI language model, I cannot say."])
    quoted = [
        find(["Many pages begin with “As an AI language model, I cannot” and go on."]),
        find(['Reviewers found "As an AI language model, I cannot" in the paper.']),
        find(["The string `As an AI language model, I` is residue."]),
    ]
    assert plain[0].weight == 1.0
    assert all(hits[0].weight == 0.25 for hits in quoted)


def test_scores_grow_with_kinds_and_not_with_repeats() -> None:
    once = "As an AI language model, I cannot."
    hits = find([once, f"{once} {once}", f"{once} I'm sorry, but I can't assist with that request.", "No."])
    values = score(hits, 4)
    assert values[0] == values[1] == pytest.approx(0.9)
    assert values[0] < values[2] < 1.0
    assert values[3] == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "Here is the thing about cats. Title: none.",
        "Sure, I went there last summer.",
        "As an artist, I cannot say no.",
        "I'm sorry, but I can't come to the wedding.",
        "Certainly the best meal I had.",
        "The turn of the search for the view.",
        "Let me know if you have any questions.",
        "好的，我们明天见。当然，我也去。",
        "Lo siento, pero no puedo ir.",
    ],
)
def test_people_may_say_this(text: str) -> None:
    assert find([text]) == []


def test_positions_hold_where_lower_case_is_longer() -> None:
    text = "İİİ As an AI language model, I cannot."
    hit = find([text])[0]
    assert text[hit.start : hit.end] == "As an AI language model"


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=40), max_size=5))
def test_any_text_is_searched_without_a_crash(texts: list[str]) -> None:
    assert all(0 <= hit.row < len(texts) for hit in find(texts))


def test_a_literal_is_found_across_the_window_edge() -> None:
    filler = "x" * ((1 << 20) - 9)
    hits = find([filler + " I mean, as an ai language model, i cannot."])
    assert [hit.rule for hit in hits] == ["identity.en"]


def test_literals_are_long_enough_to_index() -> None:
    assert index_of([("abc", "one"), ("xabc", "two")])


def test_human_news_in_96_languages_has_none() -> None:
    folder = os.environ.get("SPRINGHEAD_DATA")
    if folder is None or not (Path(folder) / "ntrex_96.parquet").exists():
        pytest.skip("SPRINGHEAD_DATA is not set")
    pl = pytest.importorskip("polars")
    texts = pl.read_parquet(Path(folder) / "ntrex_96.parquet")["text"].to_list()
    assert np.count_nonzero(score(find(texts), len(texts))) == 0
