//! Small words: what may stand between a name and its value.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::word_set::WordSet;

/// They say nothing of the value behind them.
static SMALL: WordSet = WordSet::new(
    "number numbers no nos nr num numb nbr is was are were it its the my your his her our their this that of on in \
    as ending ends end with under for details be for dd mm yyyy yy jj aaaa tt jjjj to read wife wives husband husbands son sons daughter daughters mother mothers father fathers if you need want case been from front verso recto dos fyi btw they previously recently before currently still stays remains always never ever again basically obviously probably definitely same new old current correct full complete here below following \
    follows should reads says say said put typed entered tried gave genre mis saisi tapé donné international internationale européen européenne eingegeben angegeben sagte gesagt actually now s to changed set updated digits digit last one four just yes code card id date bank back \
    femme mari fils fille mère père besoin passé passée changé changée modifié modifiée devient jusqu ici avant toujours encore aussi évidemment normalement maintenant désormais bon bonne vrai vraie reste n numero numéro numéros est sont le la les de du des mon ma mes votre notre son sa c ce voici suivant suivante pour \
    était étaient etait sera nouveau nouvelle nouvel ancien bien bancaire sous fini finissant par se termine l d carte actuel actuelle \
    nummer nummern ist sind war waren wäre lautet lautete lauten die der das den meine mein meiner unsere ihre seine neue neues neuer alte altes alter \
    sei seien ende neu frau mannes mann sohnes sohn tochter mutter vaters falls vorne hinten rückseite wurde geändert wird bisher früher zuletzt vorher eh halt ja doch noch immer wohl laut brief schreiben selon courrier eigentlich nun bleibt weiterhin richtig richtige richtiger dann vom zum bei des dem folgende also jetzt endet auf mit für fuer karte am \
    cambió pasa ahora ha sido hasta antes siempre todavía aún ahora sigue siendo correcto correcta verdadero verdadera número números nº nª º del es son el los mi mis su nuestra nuestro nueva nuevo actual era termina en que para bancaria bancario tarjeta \
    ville ort city town ciudad localité copy copie kopie copia renewed reissued renouvelé renouvele verlängert renovado \
    français française marocain marocaine tunisien tunisienne algérien algérienne belge suisse suisses canadien canadienne italien italienne sénégalais sénégalaise ivoirien ivoirienne camerounais camerounaise portugais portugaise britannique américain américaine british american irish canadian australian indian italian german french spanish österreichischer österreichische schweizer italienischer italienische türkischer türkische español española deutsche deutscher \
    nÚmero nÚmeros numÉro numÉros fÜr \
    é è o a meu minha il mio sono het mijn is jest mój moje to numer \
    الرقم لـ بتاعة بتاعت بتاعه بتاعها حقت تبعت متاع نتاع أمي امي أبي ابي والدي والدتي زوجتي زوجي ابني بنتي ابنتي مراتي جوزي فالبنك بالبنك البنك البنكي عندي عنده صارت صار وهو وهي كانت رقمها رقمي ديال حق تبع بتاع بتاعنا بتاعكم تبعنا حقنا مالنا ديالنا متاعنا مال الصحيح الصحيحة صح لسه لسا دائما اللي الى إلى ل من رقم رقمه هو هي هذا هذه الخاص الخاصة بي الجديد الجديدة القديم القديمة السابقة المؤقتة مؤقتة مؤقت الحالي التالي كان ينتهي ب في بتاريخ يوم حقي حقتي مالي مالتي تبعي تبعتي بتاعي بتاعتي ديالي نتاعي متاعي متاعه متاعها متاعو ديالو ديالها ديالك نتاعو نتاعها تاعي تاعو تاعها تاعه حقه حقها مالته مالتها تبعه تبعها تبعو تاع \
    حطيت كتبت ادخلت أدخلت هجري الهجري الهجرية بـ الإماراتي الإماراتية الاماراتية إماراتية العراقي العراقية عراقي السوري السورية سعودي سعودية كويتي كويتية قطري قطرية مغربي مغربية تونسي تونسية جزائري جزائرية مصري مصرية أردني أردنية السعودي السعودية القطري القطرية الكويتي الكويتية العماني العمانية البحريني البحرينية المصري المصرية المغربي المغربية الجزائري الجزائرية التونسي التونسية الأردني الأردنية اللبناني اللبنانية الليبي الليبية",
);

pub(super) fn is_small(word: &str) -> bool {
    SMALL.holds(word)
}

/// Words that lead from a value to the name behind it.
pub(super) static BACK: WordSet = WordSet::new(
    "thats that das ça esa eso هذا هذه as als comme como is my the our his her as are for s est mon ma mes le la c ist mein meine unsere die es mi su el هو هي",
);

/// Words between the name of an account and what it is for or whose it is.
pub(super) static OWNER: WordSet = WordSet::new(
    "for of with associated linked used registered under on pour du de des lié associé utilisé für von vom der des zum zur unseres meines \
    del para asociado asociada vinculado vinculada da do associado associada",
);

/// Words for another number than the one that was named before.
pub(super) static OTHER: WordSet = WordSet::new(
    "number no order ticket invoice case reference numéro commande facture référence nummer bestellung rechnung número pedido factura",
);

/// Small talk around a value; none of it leads from a name to its value.
static TALK: WordSet = WordSet::new(
    "yes yeah yup ya sure ok okay hi hello hey sorry please thanks thank you sir madam mam me we and can so oh well right wrong one an at \
    oui non ok merci bonjour et voici voila voilà désolé ja nein instant moment attends attendez augenblick sekunde second danke bitte hallo und hier sí si gracias hola y aquí claro por favor \
    نعم لا شكرا مرحبا و تفضل name phone mobile contact called am social account acc ac ssn social security an",
);

/// Whether `word` says nothing by itself.
pub(crate) fn says_nothing(word: &str) -> bool {
    is_small(word) || TALK.holds(word)
}

/// Verbs that lead to a value, and words that stand for one.
static VERBS: WordSet = WordSet::new(
    "c soll müsste sollte dürfte devrait is was dazu dafür want wants veux voudrais möchte quiero to as s est are be lautet heißt heisst lautete ist war était etait es era é هي وهي وهو هو كان كانت",
);

pub(super) fn is_verb(word: &str) -> bool {
    VERBS.holds(word)
}

/// What is counted, or what follows the count.
pub(super) const COUNTED: [&str; 13] = [
    "digit", "digits", "numbers", "is", "are", "of", "chiffres", "sont", "ziffern", "stellen",
    "dígitos", "digitos", "son",
];

/// What leads from a wrong value to the right one.
const CORRECTIONS: &[&str] = &[
    "should be",
    "should read",
    "should have been",
    "instead of",
    "rather than",
    "and not",
    "not",
    "nicht",
    "ned",
    "et pas",
    "pas le",
    "pas la",
    "au lieu de",
    "au lieu du",
    "et non",
    "statt",
    "sondern",
    "anstatt",
    "en vez de",
    "sino",
    "بدلا من",
    "وليس",
    "والجديدة",
    "والجديد",
    "and the new one is",
    "and the new one",
    "et le nouveau",
    "und das neue",
    "y la nueva",
    "the old one was",
    "the previous one was",
    "the one before was",
    "le nouveau",
    "the new one",
    "der neue",
    "das neue",
    "la nueva",
    "el nuevo",
    "celui d'avant était",
    "l'ancien était",
    "das alte war",
    "die alte war",
    "la anterior era",
    "it was before",
    "no wait",
    "wait no",
    "wait",
    "scratch that",
    "correction",
    "i mean",
    "i meant",
    "sorry",
    "no it's",
    "no, it's",
    "no its",
    "now its",
    "now it's",
    "now is",
    "it's",
    "maintenant c'est",
    "jetzt ist es",
    "jetzt",
    "ahora es",
    "والحين",
    "ودلوقتي",
    "والآن",
    "actually",
    "non pardon",
    "pardon",
    "enfin non",
    "je voulais dire",
    "plutôt",
    "c'est le",
    "c'est",
    "nein",
    "korrektur",
    "quatsch",
    "entschuldigung",
    "moment",
    "ich meine",
    "vielmehr",
    "besser gesagt",
    "perdón",
    "perdon",
    "mejor dicho",
    "digo",
    "quiero decir",
    "más bien",
    "لا لا",
    "لا عفوا",
    "عفوا",
    "عفواً",
    "آسف",
    "اسف",
    "قصدي",
    "اقصد",
    "أقصد",
    "لا هو",
    "بل",
    "صوابه",
    "الصح",
    "والصحيح",
    "الصحيح",
    "مو",
    "مش",
    "ماشي",
];

pub(super) static CORRECTION_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = AhoCorasick::builder().ascii_case_insensitive(true).build(CORRECTIONS);
    words.expect("the words are constant")
});
