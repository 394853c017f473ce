"""The smallest and commonest words of the languages that people write to British councils in, without accents.

They are what a letter of twenty words cannot do without, whatever it is about. English has more of them than the
others, dialect, Scots and text-speak among them: who writes English of any kind is to be read.
"""

from __future__ import annotations

import unicodedata

ENGLISH = "en"

_ENGLISH = """
    a about above after again against ago all almost along already also although always am among an and another any
    anybody anyone anything are around as ask asked at away back be because been before behind being below best better
    between both but by came can cannot come could did do does doing done down due during each either else enough even
    ever every everyone everything few find first for forward found from further gave get getting give given go going
    gone good got had has have having he hello help her here him his how however i if in instead into is it its just
    keep kind know last least left less let like little long look made make many may maybe me mine more most much must
    my myself near need needs never new next no nobody none nor not nothing now of off often old on once one only or
    other our ours out outside over own people perhaps please put quite rather really regards right said same say says
    see seen send sent shall she should since so some somebody someone something soon still such take taken tell than
    thank thanks that the their them then there these they thing things think this those though through time to today
    told too took under until unless up upon us use used very want was way we week well were what when where whether
    which while who whole whom whose why will with within without would writing wrote year years yes yesterday yet you
    your yours yourself dear sincerely faithfully sorry two three
    i'm i've i'll i'd it's that's don't didn't doesn't can't won't isn't wasn't aren't couldn't wouldn't haven't
    hasn't you're we're they're there's what's he's she's let's we've you've
    im ive dont didnt doesnt cant wont isnt wasnt couldnt thats theres youre u ur r coz cos cuz thx plz pls ppl ppls
    gonna wanna gotta ain't aint innit nowt owt summat yous youse thee thou tha mi mek tek ower thi sen allus
    aye wee dinnae didnae cannae isnae wisnae dinna canna wasnae havnae hasnae wouldnae couldnae nae naw ken yer ye
    tae fae frae wi oan aff oot aboot doon hoose whit wha wur wid cud shud fur ma masel wan mair noo efter
    'ere 'im 'er 'em 'ow dat dem dis wen wot wat cud wud shud sum becuz bin
    di dem inna pon seh weh nuh yuh cyaan bout nuff dey una wey abeg bruv council street road bins
"""

_OTHERS = {
    "cy": "yr yn mae wedi eich ein nid oes gan bod ni chi fy diolch gyda hefyd ond oedd hyn sydd wrth fod nad rhaid "
    "ac nac am ar i'r o'r a'r sy ydy yw ydw dw dwi dydy ddim fi iawn fawr annwyl cael gael wneud gwneud ers erbyn "
    "dros rwy rwyf rydw rydym maen mynd byddai bydd os gwelwch ei eu hwn hon hynny yma dim neb pob bob blwyddyn "
    "cyngor gyngor dyddiau roedd pan fel mwy nhw hi ef ti dach isio eisiau rwan nawr newydd",
    "pl": "nie sie jest na ze z do jak ale od dla prosze przez sa nasz panstwa czy juz tylko jeszcze bardzo moj moja "
    "moje mnie mi mam jestem byl byla bylo tym tego ten ta te tej oraz po przy pod nad bez kiedy gdzie ktory ktora "
    "ktore dzien dobry dziekuje dni mieszkam mieszkaniu panie pani jego jej ich nas nam tak wiem moze mozna "
    "zeby aby poniewaz ktos nikt nic juz lub wiec pozdrawiam",
    "ro": "este si nu la pe cu am sa care din mai pentru va sunt dumneavoastra ca ne imi mi-a m-am nici dar "
    "foarte multumesc buna ziua rog noi voi ati avem are aici acum fost doar fara dupa cand unde cine ce cum "
    "acest aceasta asta sau lui ei meu mea mele nostru noastra iar prea toate tot zile eu s-a",
    "pt": "nao que uma para com esta por mais muito eu os um na meu obrigado obrigada dos das ao foi mas ja "
    "tem tenho sou estou ha minha nos voces voce isso isto quando onde porque como ele ela se pelo pela favor bom dia "
    "boa sem ate seu sua ainda gostaria cumprimentos pode mes dias",
    "es": "que el los las una por con para esta muy mas gracias un del se lo le pero como hay he ha estoy tengo soy "
    "nos su sus esto ese eso cuando donde porque desde hace sin ya fue buenos dias hola favor yo usted ustedes "
    "tambien nuestra nuestro hasta todo todos nada si quiero saludos puede alguien mis",
    "fr": "le la les des est pas une que vous dans pour avec je nous mais et du sur votre merci qui ne ce cette ces "
    "mon ma mes il elle sont suis j'ai c'est n'est depuis bonjour monsieur madame au aux plus tres tout se leur bien "
    "d'un d'une qu'il notre nos jours ici deja sans par ete fait peut cordialement y",
    "de": "der die das und ist nicht ich ein zu mit sie auf fur wir haben bitte es von den dem eine einen wird "
    "sind habe hat im am bei nach seit aber auch wie noch schon sehr mein meine unser unsere ihre ihnen mir uns "
    "kein keine dass wenn oder nur uber bis vor werden kann konnen wurde danke geehrte damen herren grussen ",
    "nl": "de het een en van ik niet dat zijn op te voor met die er maar ook als aan bij naar wij uw mijn ons onze heb "
    "heeft hebben wordt kan geen dit nog wel om uit al zo hoe wat wie waar graag bedankt deze",
    "it": "che di non il per una sono con mia della mi grazie si un le del dei gli nella nel alla al anche piu ma "
    "questo questa ho ha abbiamo siamo stato buongiorno signori come quando dove perche molto sempre mio nostra nostro "
    "vostro io lo ci vi dal da quello cosa giorni senza fare tutti essere cordiali saluti ancora",
    "lt": "ir yra kad ne mano prasau is jusu labai bet kaip su buvo esu mes mums man jau dar del nuo apie po ar "
    "arba kai kur nes tik viskas aciu laba diena noriu negaliu gyvenu turiu kuris kuri sis si sio tai jis ji ju musu "
    "savo iki per prie ",
    "lv": "un ir ka es nav par no ar uz lai ludzu paldies mans mana mums musu jus jusu bet vai kas kad kur pie pec ari "
    "tikai loti labdien man mani mes tas sis kopa velos dzivoju ",
    "et": "ja on ei et see ma mu me meie teie aga kui kas mis siis palun aitah tere oma seda minu olen oli veel ka "
    "juba vaga kuidas kus keegi",
    "so": "waa iyo oo ka ku u in ayaa aan uu ay ah soo la waxaan waxay si waxa mid wax ma kale inaan igu noo "
    "fadlan mahadsanid salaan guriga aad isku aanu annaga caruurta carruurta laakiin hadda sidoo maxaa markii sanadood "
    "biyaha adeeg aqal qof kuma xaafadda gurigayga caawimaad jirin jira leh lahayn badan",
    "tr": "bir ve bu icin ile cok ne var yok ben biz siz degil ama gibi daha kadar lutfen tesekkur ederim merhaba "
    "sayin evde olarak olan bana bize benim bizim sizin hala sonra once her hic mi misiniz gun oldu "
    "ediyorum istiyorum rica yardim nasil neden cunku zaman su",
    "ku": "ez em hun ew li ji bo di de ku bi min te wi we me xwe ne ye ye dike heye nine gelek spas silav ji bo "
    "hevi dikim niha mal mala roj her yek du an ji pir lê le tune karim dixwazim zarokan",
    "hu": "a az es hogy nem is van egy meg de ha mar csak nagyon mert vagy ez ami aki ki nincs kell lehet volt vagyok "
    "kerem koszonom tisztelt jo napot szeretnek mi en onok nekunk ota minden sem mint most akkor ezt azt "
    "hol mikor lakom lakasban segitseget",
    "cs": "se na ze je to ze v z do jsem jsou jsme ale jak aby uz nebo byl bylo byla prosim dekuji dobry den "
    "ktery ktera ktere pro pri pred bez po od nas nam nase muj moje ve tak jen jeste velmi kdy kde protoze neni mam "
    "mame nikdo nic tento tato vas vam pozdravem",
    "sk": "sa na ze je to som sme su ale ako aby uz alebo bol bolo bola prosim dakujem dobry den ktory ktora ktore "
    "pre pri pred bez po od nas nam nase moj moje vo tak len este velmi kedy kde pretoze nie mam mame nikto nic "
    "tento tato vas vam pozdravom mna mne",
    "ga": "agus an na ar is ni ta go ag le do mo a chara bhfuil raibh seo sin muid sibh againn agam agat gach chun "
    "leis den don ina nach mar ach freisin maith agaibh le do thoil anseo anois bhi tar eis fada duine uisce "
    "orm orainn cen conas cathain ba mhaith liom mise gan faoi o mi seachtain",
    "gd": "agus an na air is chan tha gu bheil aig le do mo cha robh seo sin sinn sibh againn agam agad gach airson "
    "leis bho gus anns ann a bha ach cuideachd tapadh leibh mas e ur toil an-seo a-nis uisge "
    "oirnn ciamar gun fo mi seachdain nach chaidh dhomh dhuinn feasgar madainn mhath caraid",
    "sq": "dhe ne te nje per me nuk eshte qe se ka kam jam nga si por tek shume faleminderit ju lutem pershendetje "
    "une ne jemi kemi ku kur kjo ky keto tani edhe deri shtepi shtepine ime im tone tyre asgje "
    "askush mund duhet ishte jane u do pa pas dite mire",
    "vi": "toi khong la va cua co cho nay duoc nhung da voi trong cac nguoi rat mot den tu thi o chung xin cam on ong "
    "ba kinh thua gui nha duong lam ngay thang nam nuoc giup chua bi ve mong anh chi gi con cung vi neu hay nhieu",
    "hr": "je i u na se da za od ne sam smo su nije ali kao koji koja sto jer ili vec jos samo vrlo jako molim hvala "
    "postovani dobar dan imam nemam gdje kada kako bez pri ovaj ova moj moja nas nam mi zivim bila bio ovo nista",
    "tl": "ang ng sa na at mga po ko ako hindi ay para kami namin niyo ninyo ito wala may salamat ang lang pa rin din "
    "dito kung kasi namin ating bakit paano araw tubig bahay",
    "sw": "na ya wa kwa ni katika la za sana hii yangu yetu tafadhali asante hakuna kuna lakini mimi sisi "
    "nyumba maji siku watoto habari bado tangu pia kama",
    "sv": "och att det som en inte jag pa ar av for med den till har de ett om var men vi ni kan mycket tack hej min "
    "mitt vara nar fran eller bara ingen",
    "ur": "hai hain ka ki ke ko mein main mera meri mere se aur nahi nahin nai ye yeh wo woh kya kar karna karne raha "
    "rahe rahi hum ham aap apna bhi jo tha thi koi ghar pani bahut bohat shukriya meherbani janab barae karam din "
    "ho gaya gayi diya liye krain karein hun hoon tak par pe ne de mujhe hamare hamara is lie bacche",
}
_OWN_LETTERS = {  # as far as hardly any other of them has them
    "cy": "ŵŷ",
    "pl": "ąęłńśźż",
    "ro": "ăîșțşţ",
    "pt": "ãõ",
    "es": "ñ¿¡",
    "fr": "œêù",
    "de": "ß",
    "lt": "ėįųū",
    "lv": "āģīķļņ",
    "tr": "ğış",
    "ku": "êîûş",
    "hu": "őű",
    "cs": "ěřů",
    "sk": "ľĺŕ",
    "gd": "òì",
    "sq": "ë",
    "vi": "đơưạảấầậắằặẹẻếềểệỉịọỏốồổộớờởợụủứừửữựỳỷỹ",
    "hr": "đć",
    "sv": "å",
}
# An alphabet of several languages: the letters that only some of them have, the surest first; else the commonest.
SCRIPTS: dict[str, tuple[str, dict[str, str]]] = {
    "ARABIC": ("ar", {"ckb": "ۆێڕڵە", "ps": "ټډړښځڅږ", "ur": "ٹڈڑںےہ", "fa": "پچژگیک"}),
    "CYRILLIC": ("ru", {"sr": "јљњћђџ", "uk": "іїєґ", "ru": "ыэё", "bg": "ъщ"}),
    "DEVANAGARI": ("hi", {}),
    "HEBREW": ("he", {}),
}
_NEPALI = "छ छैन लाई हरू भएको मेरो तपाईं तपाईंको पनि र गर्न गर्नुहोस् हाम्रो भयो थियो यो छु छन् धन्यवाद"
NEPALI = frozenset(_NEPALI.split(" "))
SCRIPTS_OF_ONE = {
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "GREEK": "el",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "THAI": "th",
    "KHMER": "km",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
}


def folded(word: str) -> str:
    """Lower case, without accents: many write their language on an English keyboard."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_STROKES)


_STROKES = str.maketrans("łđıøħ", "ldioh")
SMALL_WORDS: dict[str, frozenset[str]] = {
    ENGLISH: frozenset(_ENGLISH.split()),
    **{code: frozenset(folded(word) for word in small.split()) for code, small in _OTHERS.items()},
}
OWN_LETTERS: dict[str, frozenset[str]] = {code: frozenset(own + own.upper()) for code, own in _OWN_LETTERS.items()}
