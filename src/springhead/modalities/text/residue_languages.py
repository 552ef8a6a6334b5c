"""The strict phrases of residue_rules in sixteen more languages, in the same form."""

from __future__ import annotations

OTHERS: list[tuple[str, tuple[str, ...], str]] = [
    ("identity.zh", (
        "作为一个ai", "作为一个人工智能", "作为人工智能", "作为ai", "作为一名ai", "作为一个语言模型",
        "作为一个大型语言模型", "作為一個ai", "作為人工智慧", "作为一款", "我是一个ai",
        "我是一个人工智能", "语言模型", "語言模型",
    ),
     r"(?:作为|作為)(?:一[个個名款种種])?(?:ai|人工智能|人工智慧|大型|大)?(?:语言模型|語言模型|(?:智能|"
     r"ai)?助手|助理|模型|程序)[,,,、 ]?(?=我|您|无法|並|,|,)|我(?:只)?是一[个個](?:ai|人工智能|"
     r"大型)?(?:语言模型|語言模型|ai助手|人工智能助手|人工智能程序)|由 ?openai ?(?:训练|開發|"
     r"开发)的(?:大型)?语言模型"),
    ("cutoff.zh", ("我的知识截", "我的训练数据", "我的知識截"),
     r"我的(?:知识|知識|训练数据|訓練數據)(?:库)?(?:截止|截至|截止到)"),
    ("refusal.zh", ("抱歉,", "对不起,", "我无法回答", "我无法提供", "我无法为"),
     r"我无法(?:回答|为)(?:您|你)(?:的问题|提供)|(?:抱歉|对不起)[,,]我(?:无法|不能)(?:提供|回答|协助|"
     r"满足|生成|完成)(?:您|你|这|该|有关|此)"),
    ("placeholder.zh", ("[您的", "[你的", "【您的", "【你的姓", "[公司名", "[插入"),
     r"[\[【](?:您的?|你的?)(?:姓名|名字|联系方式|公司|地址|电话|职位|邮箱)[^\]】\n]{0,12}[\]】]|"
     r"\[(?:公司名称?|插入[^\]\n]{1,20})\]"),
    ("answer.zh", ("当然", "好的", "以下是"),
     r"^\W{0,3}(?:当然可以|当然|好的)[,,!!。]{1,2}(?:以下是|这是|下面是)|^\W{0,3}以下是(?:一[篇份个]|"
     r"根据您|为您|改写|润色|修改)[^\n。]{0,40}[::]"),
    ("identity.es", (
        "como modelo de lenguaje", "como un modelo de lenguaje", "como una ia", "como ia,",
        "inteligencia artificial, no", "soy un modelo de lenguaje", "soy una ia",
        "como asistente de ia", "como inteligencia artificial",
    ),
     r"\bcomo (?:un |una )?(?:modelo de lenguaje|ia|inteligencia artificial|asistente de ia)(?: de "
     r"(?:ia|inteligencia artificial|openai))?,? (?:no |mi |yo |carezco|puedo)|\bsoy (?:un modelo de "
     r"lenguaje|una ia|una inteligencia artificial)\b"),
    ("refusal.es", ("lo siento, pero no puedo", "lo siento, no puedo"),
     r"\blo siento,(?: pero)? no puedo (?:ayudarte|ayudarle|cumplir|proporcionar|generar|asistir|"
     r"completar)\b"),
    ("placeholder.es", ("[tu ", "[su ", "[nombre d", "[insert"),
     r"\[(?:tu|su) (?:nombre|dirección|empresa|cargo|correo|teléfono)[^\]\n]{0,30}\]|\[nombre d(?:el|e "
     r"la) (?:destinatario|empresa)[^\]\n]{0,20}\]|\[insert(?:ar|e) [^\]\n]{2,40}\]"),
    ("answer.es", ("claro", "por supuesto"),
     r"^\W{0,4}(?:¡?claro(?: que sí)?|¡?por supuesto)[!,.]{1,2} ?(?:aquí (?:tienes|está|te)|a "
     r"continuación)"),
    ("identity.fr", (
        "en tant que modèle de langage", "en tant qu'ia", "en tant qu'intelligence artificielle",
        "en tant qu'assistant", "je suis un modèle de langage", "je suis une ia",
        "en tant que modèle d'ia",
    ),
     r"\ben tant (?:que modèle (?:de langage|d'ia)|qu'(?:ia|intelligence artificielle|assistant (?:ia|"
     r"virtuel)))[^.\n]{0,40}, (?:je|mes|il m)|\bje suis (?:un modèle de langage|une ia\b|une "
     r"intelligence artificielle)"),
    ("refusal.fr", ("je suis désolé, mais je ne", "je suis désolée, mais je ne", "désolé, mais je ne"),
     r"\bdésolée?, mais je ne (?:peux|suis) pas (?:en mesure de |vous aider|répondre à (?:cette|votre)|"
     r"fournir|générer|satisfaire)"),
    ("placeholder.fr", ("[votre ", "[nom d", "[insérez", "[insérer"),
     r"\[votre (?:nom|prénom|adresse|poste|entreprise|numéro|titre)[^\]\n]{0,30}\]|\[nom d(?:e "
     r"l'entreprise|u destinataire)\]|\[insére[zr] [^\]\n]{2,40}\]"),
    ("answer.fr", ("bien sûr", "certainement"),
     r"^\W{0,4}(?:bien sûr|certainement) ?[!,.]{1,2} ?(?:voici|je peux)"),
    ("identity.de", (
        "als ki-", "als ki ", "als sprachmodell", "als künstliche intelligenz",
        "als großes sprachmodell", "bin ein ki", "bin eine ki", "bin ein sprachmodell",
    ),
     r"\bals (?:ein |eine )?(?:ki(?:-(?:sprachmodell|modell|assistent\w*))?|(?:großes )?sprachmodell|"
     r"künstliche intelligenz),? (?:habe|kann|bin|verfüge|besitze) ich\b|\bich bin (?:nur )?eine? "
     r"(?:ki\b|ki-\w+|sprachmodell|künstliche intelligenz)"),
    ("refusal.de", (
        "es tut mir leid, aber ich kann", "entschuldigung, aber ich kann", "tut mir leid, aber",
    ),
     r"\btut mir leid, aber ich kann (?:ihnen|dir|diese|dieser|ihrer|deiner|bei)[^.\n]{0,50}(?:nicht|"
     r"keine)"),
    ("placeholder.de", ("[ihr ", "[ihre ", "[dein ", "[deine ", "[name d", "[einfügen"),
     r"\[(?:ihr|ihre|dein|deine) (?:name|vorname|adresse|firma|position|telefonnummer|unternehmen|"
     r"e-mail)[^\]\n]{0,30}\]|\[name de[sr] (?:empfängers|unternehmens|firma)\]"),
    ("answer.de", ("natürlich", "gerne", "selbstverständlich"),
     r"^\W{0,4}(?:natürlich|gerne?|selbstverständlich)[!,.]{1,2} ?(?:hier (?:ist|sind|findest)|ich "
     r"kann)"),
    ("identity.pt", (
        "como um modelo de linguagem", "como modelo de linguagem", "como uma ia", "como ia,",
        "como uma inteligência artificial", "sou um modelo de linguagem", "sou uma ia",
        "como inteligência artificial",
    ),
     r"\bcomo (?:um |uma )?(?:modelo de linguagem|ia|inteligência artificial|assistente de ia)(?: de "
     r"(?:ia|inteligência artificial))?,? (?:não|eu|meu|posso)\b|\bsou (?:um modelo de linguagem|uma "
     r"ia\b|uma inteligência artificial)"),
    ("refusal.pt", (
        "desculpe, mas não posso", "desculpe, mas eu não posso", "sinto muito, mas não posso",
        "lamento, mas não posso",
    ),
     r"\b(?:desculpe|sinto muito|lamento), mas (?:eu )?não posso (?:ajudar|fornecer|atender|gerar|"
     r"cumprir)"),
    ("placeholder.pt", ("[seu ", "[sua ", "[nome d", "[inserir", "[insira"),
     r"\[(?:seu|sua) (?:nome|endereço|empresa|cargo|telefone|e-?mail)[^\]\n]{0,30}\]|\[nome d[oa] "
     r"(?:destinatário|empresa)\]|\[insir(?:a|ir) [^\]\n]{2,40}\]"),
    ("answer.pt", ("claro", "com certeza"),
     r"^\W{0,4}(?:claro|com certeza)[!,.]{1,2} ?(?:aqui (?:está|estão|vai)|segue)"),
    ("identity.it", (
        "come modello di linguaggio", "come modello linguistico", "in quanto modello",
        "come intelligenza artificiale", "in quanto ia", "in quanto intelligenza artificiale",
        "sono un modello linguistico", "sono un modello di linguaggio", "come ia,",
    ),
     r"\b(?:come|in quanto) (?:un )?(?:modello (?:di linguaggio|linguistico)(?: di ia| ai)?|"
     r"intelligenza artificiale|ia|assistente ai),? (?:non|io|posso|il mio)\b|\bsono un modello (?:di "
     r"linguaggio|linguistico)\b"),
    ("refusal.it", ("mi dispiace, ma non posso",),
     r"\bmi dispiace, ma non posso (?:aiutarti|aiutarla|fornire|soddisfare|generare|assisterti|"
     r"completare)"),
    ("placeholder.it", ("[il tuo ", "[il suo ", "[nome d", "[inserisci", "[la tua ", "[tuo nome"),
     r"\[(?:il |la )?(?:tuo|suo|tua|sua) (?:nome|indirizzo|azienda|posizione|telefono|"
     r"e-?mail)[^\]\n]{0,30}\]|\[nome de(?:l destinatario|ll'azienda)\]|\[inserisci [^\]\n]{2,40}\]"),
    ("answer.it", ("certo", "certamente"),
     r"^\W{0,4}(?:certo|certamente)[!,.]{1,2} ?(?:ecco|di seguito)"),
    ("identity.ru", (
        "как языковая модель", "как ии", "как искусственный интеллект", "я языковая модель",
        "как модель искусственного", "я - языковая модель", "я — языковая модель",
        "как большая языковая",
    ),
     r"\bкак (?:большая )?(?:языковая модель|ии(?:-ассистент)?|искусственный интеллект|модель "
     r"искусственного интеллекта)(?: от \w+)?, я\b|\bя[ ,—-]{1,3}(?:всего лишь |просто )?(?:большая "
     r")?языковая модель"),
    ("refusal.ru", ("извините, но я не могу", "к сожалению, я не могу", "простите, но я не могу"),
     r"\b(?:извините|простите), но я не могу (?:помочь|выполнить|предоставить|ответить|создать|"
     r"продолжить)|к сожалению, я не могу (?:выполнить (?:этот|ваш)|помочь (?:с|вам с) (?:этим|вашим) "
     r"запрос)"),
    ("placeholder.ru", ("[ваше ", "[ваш ", "[ваша ", "[имя ", "[вставьте", "[название компании"),
     r"\[ваш[аеи]? (?:имя|фио|адрес|должность|телефон|компания|фамилия)[^\]\n]{0,30}\]|\[имя "
     r"(?:получателя|отправителя)\]|\[вставьте [^\]\n]{2,40}\]|\[название компании\]"),
    ("answer.ru", ("конечно",),
     r"^\W{0,4}конечно[!,.]{1,2} ?(?:вот (?:ваш|пример|текст|перепис|вариант|несколько|краткое))"),
    ("identity.ar", (
        "كنموذج لغ", "كنموذج ذكاء", "بصفتي نموذج", "كمساعد ذكاء", "أنا نموذج لغ", "باعتباري نموذج",
        "كذكاء اصطناعي", "بصفتي ذكاء", "كوني نموذج",
    ),
     r"(?:ك|بصفتي |باعتباري |كوني )(?:نموذج(?:ا|اً|ًا)? (?:لغوي|لغة|ذكاء)|مساعد(?:ا)? ذكاء|ذكاء(?:ً|اً)? "
     r"?اصطناعي)[^.\n]{0,30}[،,] ?(?:لا|ليس|أنا|لم|يمكنني|فإن)|أنا (?:مجرد )?نموذج لغ(?:وي|ة)"),
    ("refusal.ar", (
        "آسف، لا يمكنني", "عذرا، لا يمكنني", "عذرًا، لا يمكنني", "عذراً، لا يمكنني",
        "آسف، لكن لا يمكنني", "أعتذر، لا يمكنني",
    ),
     r"(?:آسف|عذرا|عذرًا|عذراً|أعتذر)،? (?:ولكن |لكن )?لا يمكنني (?:مساعدتك|تقديم|تلبية|الإجابة على هذا|"
     r"إنشاء)"),
    ("placeholder.ar", ("[اسمك", "[اسم ", "[عنوانك", "[أدخل"),
     r"\[(?:اسمك|عنوانك|رقم هاتفك|وظيفتك|بريدك)[^\]\n]{0,30}\]|\[اسم (?:المستلم|الشركة|المرسل)\]|"
     r"\[أدخل [^\]\n]{2,40}\]"),
    ("identity.ja", (
        "aiとして", "ai言語モデル", "言語モデルとして", "人工知能として", "aiアシスタントとして",
        "私はai", "大規模言語モデルなので", "言語モデルである私",
    ),
     r"(?:私は)?(?:ai(?:言語モデル|アシスタント)?|大規模言語モデル|言語モデル|"
     r"人工知能)として[、,]?(?:私|は、?私|個人的な|お手伝い)|私はai(?:言語モデル|アシスタント|です|"
     r"なので)|(?:ai|大規模)言語モデル(?:である私|なので、)"),
    ("refusal.ja", (
        "申し訳ありませんが、その", "申し訳ございませんが、その", "申し訳ありませんが、この",
        "申し訳ございませんが、この", "申し訳ありませんが、ご要望",
    ),
     r"申し訳(?:ありません|ございません)が、(?:その|この|ご要望の)(?:リクエスト|ご要望|依頼|要求|"
     r"質問)?(?:に|は)(?:は)?(?:お応え|対応|お答え|お手伝い)(?:すること)?(?:が)?でき"),
    ("placeholder.ja", ("[お名前", "[あなたの", "[会社名", "【お名前", "【あなたの名前", "[氏名"),
     r"[\[【](?:お名前|あなたの(?:名前|氏名|会社|住所|役職)|会社名|氏名)[\]】]"),
    ("answer.ja", ("もちろん", "かしこまりました", "承知"),
     r"^\W{0,3}(?:もちろんです|かしこまりました|承知(?:しました|いたしました))[!!。、]{1,2} ?(?:以下|"
     r"こちら)"),
    ("identity.ko", (
        "ai 언어 모델로", "인공지능 언어", "언어 모델로서", "ai로서", "저는 ai", "인공지능으로서",
        "ai 어시스턴트로", "인공지능 모델로",
    ),
     r"(?:저는 )?(?:ai|인공지능)(?: ?언어)?(?: ?모델| ?어시스턴트)?(?:으로서|로서|로써)[,]? ?(?:저는|"
     r"개인적인|직접|감정)|저는 (?:ai|인공지능)(?: 언어)? ?(?:모델|어시스턴트)(?:입니다|이며|이기|로)|"
     r"언어 모델로서 저는"),
    ("refusal.ko", ("죄송하지만", "죄송합니다"),
     r"죄송(?:하지만|합니다만|합니다[.,]),? ?(?:저는 )?(?:해당|그|이|이러한|그러한) (?:요청|질문|"
     r"내용)(?:은|을|에|에는)? ?(?:도와|응답|제공|답변|처리|수행)[^.\n]{0,12}(?:없|어렵)"),
    ("placeholder.ko", ("[귀하의", "[당신의", "[회사 이름", "[회사명", "[이름]", "[성함"),
     r"\[(?:귀하의|당신의) (?:이름|성함|주소|직책|회사)[^\]\n]{0,12}\]|\[(?:회사 ?(?:이름|명)|이름|"
     r"성함)\]"),
    ("identity.hi", (
        "एआई भाषा मॉडल", "एक भाषा मॉडल", "एआई के रूप में", "कृत्रिम बुद्धिमत्ता के रूप में",
        "एआई मॉडल के रूप", "ai भाषा मॉडल", "ai के रूप में",
    ),
     r"(?:एक )?(?:एआई|ai|कृत्रिम बुद्धिमत्ता|बड़े)? ?(?:भाषा )?(?:मॉडल|एआई|ai|सहायक) (?:के रूप में|होने के "
     r"नाते),? (?:मैं|मेरे|मुझे|मेरा)|मैं (?:सिर्फ |केवल )?एक (?:एआई|ai)?(?: ?भाषा)? मॉडल (?:हूं|हूँ)"),
    ("refusal.hi", (
        "क्षमा करें, लेकिन मैं", "मुझे खेद है, लेकिन मैं", "माफ़ करें, लेकिन मैं",
        "माफ कीजिए, लेकिन मैं",
    ),
     r"(?:क्षमा करें|मुझे खेद है|माफ़? (?:करें|कीजिए)), लेकिन मैं (?:इस|आपके|ऐसे|आपकी)[^।\n]{0,50}नहीं"),
    ("placeholder.hi", ("[आपका", "[अपना", "[आपके", "[कंपनी"),
     r"\[(?:आपका|अपना|आपके) (?:नाम|पता|पद|फ़?ोन|ईमेल)[^\]\n]{0,20}\]|\[कंपनी का नाम\]"),
    ("identity.id", (
        "sebagai model bahasa", "sebagai ai,", "sebagai kecerdasan buatan", "sebagai asisten ai",
        "saya adalah model bahasa", "sebagai model ai",
    ),
     r"\bsebagai (?:sebuah )?(?:model (?:bahasa|ai)(?: ai| besar)?|ai|kecerdasan buatan|asisten ai)(?: "
     r"yang [^.,\n]{3,40})?, (?:saya|aku)\b|\bsaya (?:hanyalah|adalah) (?:sebuah )?model bahasa\b"),
    ("refusal.id", (
        "maaf, tetapi saya tidak", "maaf, saya tidak dapat", "maaf, tapi saya tidak",
        "maaf, namun saya tidak",
    ),
     r"\bmaaf, (?:tetapi |tapi |namun )?saya tidak (?:dapat|bisa) (?:membantu|memenuhi|memberikan|"
     r"menghasilkan)[^.\n]{0,20}(?:permintaan|itu|tersebut|ini)"),
    ("placeholder.id", ("[nama anda", "[nama lengkap", "[nama perusahaan", "[alamat anda", "[masukkan"),
     r"\[(?:nama|alamat|jabatan|email|nomor telepon) (?:anda|lengkap|perusahaan|"
     r"penerima)[^\]\n]{0,20}\]|\[masukkan [^\]\n]{2,40}\]"),
    ("identity.vi", (
        "là một mô hình ngôn ngữ", "với tư cách là một ai", "là một trí tuệ nhân tạo",
        "với tư cách là mô hình", "là một trợ lý ai", "là một ai,",
    ),
     r"(?:\btôi (?:chỉ )?là|với tư cách là|^\W{0,3}là|[.\n] ?là) (?:một )?(?:mô hình ngôn ngữ|trí tuệ "
     r"nhân tạo|ai|trợ lý ai)(?: (?:ai|lớn))?(?:,? tôi\b|[,.] )"),
    ("refusal.vi", (
        "xin lỗi, nhưng tôi không thể", "xin lỗi, tôi không thể", "rất tiếc, tôi không thể",
    ),
     r"(?:xin lỗi|rất tiếc),(?: nhưng)? tôi không thể (?:hỗ trợ|giúp|đáp ứng|cung cấp|tạo|thực "
     r"hiện)[^.\n]{0,20}(?:yêu cầu|điều này|nội dung)"),
    ("placeholder.vi", (
        "[tên của bạn", "[họ và tên", "[tên công ty", "[tên bạn", "[địa chỉ của bạn", "[chèn",
    ),
     r"\[(?:tên|địa chỉ|chức vụ|số điện thoại|email) (?:của )?(?:bạn|công ty|người "
     r"nhận)[^\]\n]{0,20}\]|\[chèn [^\]\n]{2,40}\]"),
    ("identity.tr", (
        "bir yapay zeka", "yapay zeka dil modeli", "bir dil modeli olarak", "yapay zekâ",
        "bir ai olarak", "ben bir dil modeli",
    ),
     r"\bbir (?:yapay zek[aâ](?: dil)?(?: ?(?:modeli|asistanı))?|(?:büyük )?dil modeli|ai) olarak,? "
     r"(?:ben|benim|kişisel|size|bana|duygu)|\bben (?:sadece )?bir (?:yapay zek[aâ]|dil modeli)"),
    ("refusal.tr", ("üzgünüm, ancak", "üzgünüm, ama", "üzgünüm, bu"),
     r"\büzgünüm, (?:ancak |ama )?(?:bu|isteğinizi|talebinizi)(?: (?:isteği|talebi|konuda|"
     r"isteğinizi))?[^.\n]{0,30}(?:yerine getiremem|yardımcı olamam|yapamam)"),
    ("placeholder.tr", (
        "[adınız", "[isminiz", "[şirket adı", "[adresiniz", "[alıcının adı", "[adınızı",
    ),
     r"\[(?:adınız|isminiz|adresiniz|şirket adı|alıcının adı|unvanınız|adınızı)[^\]\n]{0,30}\]"),
    ("identity.pl", (
        "jako model językowy", "jako ai,", "jako sztuczna inteligencja", "jako asystent ai",
        "jestem modelem językowym", "jako duży model",
    ),
     r"\bjako (?:duży )?(?:model językowy|ai|sztuczna inteligencja|asystent ai)(?: ai)?,? (?:nie |mogę|"
     r"ja\b|moje|moja)|\bjestem (?:tylko )?modelem językowym"),
    ("refusal.pl", ("przykro mi, ale nie mogę", "przepraszam, ale nie mogę"),
     r"\b(?:przykro mi|przepraszam), ale nie mogę (?:pomóc|spełnić|dostarczyć|wygenerować|odpowiedzieć|"
     r"zrealizować)[^.\n]{0,30}(?:tym|pro[śs]b|te|żądani)"),
    ("placeholder.pl", ("[twoje ", "[imię ", "[nazwa firmy", "[twój ", "[wstaw"),
     r"\[(?:twoje|twój|twoja) (?:imię|nazwisko|adres|stanowisko|firma|numer)[^\]\n]{0,30}\]|\[imię i "
     r"nazwisko\]|\[nazwa firmy\]|\[wstaw [^\]\n]{2,40}\]"),
    ("identity.nl", (
        "als ai-taalmodel", "als ai,", "als een ai", "als taalmodel", "als kunstmatige intelligentie",
        "ik ben een ai", "ik ben een taalmodel", "als ai heb", "als ai kan", "als ai-assistent",
    ),
     r"\bals (?:een )?(?:ai(?:-(?:taalmodel|assistent|model))?|(?:groot )?taalmodel|kunstmatige "
     r"intelligentie),? (?:heb|kan|ben|beschik) ik\b|\bik ben (?:slechts |maar )?een (?:ai(?:-\w+)?|"
     r"taalmodel)\b"),
    ("refusal.nl", ("het spijt me, maar ik kan", "sorry, maar ik kan"),
     r"\b(?:het spijt me|sorry), maar ik kan (?:u|je|niet|geen|dit|dat|deze)[^.\n]{0,30}(?:helpen|"
     r"verzoek|genereren|voldoen)"),
    ("placeholder.nl", ("[uw ", "[jouw ", "[naam van", "[bedrijfsnaam", "[voeg"),
     r"\[(?:uw|jouw|je) (?:naam|adres|functie|bedrijf|telefoonnummer|e-mail)[^\]\n]{0,30}\]|\[naam van "
     r"(?:de ontvanger|het bedrijf)\]|\[bedrijfsnaam\]"),
]  # fmt: skip
"""Rule id, literals (lower case), pattern on lower-cased text with straight quotes and half-width commas."""
