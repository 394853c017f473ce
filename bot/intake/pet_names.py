"""Given names that people use for one another: Bob for Robert, Nic for Nicola. British, Irish and Welsh use."""

from __future__ import annotations

import functools
from collections import defaultdict

_GROUPS = """
abigail abi abbie gail
adrian ade
agnes aggie
alan al allan allen alun
albert bert bertie al
alexander alex alec sandy al sasha xander alasdair alistair
alexandra alex sandra sandy lexi sasha
alfred alf alfie fred
alice ali
alison ali allison
amanda mandy
amelia millie amy milly
andrew andy drew andi
angela angie ange
ann anne annie anna nancy
anthony tony antony ant
arthur art artie
barbara barb babs
barry baz bazza
beatrice bea trixie
benedict ben
benjamin ben benny
bernard bernie
bethany beth
bethan beth
bridget biddy bridie bridgit
caroline carol caz carrie lyn
carol caz carrie
carolyn carol lyn
catherine kate cathy katie kath cath kitty kathy catrin cat
katherine kate kathy katie kath kat kathryn kitty
kathleen kath kathy kate katie
charles charlie chas chuck chaz
charlotte charlie lottie char
christina chris tina chrissie christine
christine chris chrissie tina
christopher chris kit topher
clifford cliff
clive cli
connor con
constance connie
cynthia cindy
daniel dan danny dani
david dave davy dai dafydd davey
deborah debbie deb debra debs
denise den
dennis den denny denis
derek del dez derrick
desmond des
diana di diane dianne
dominic dom
donald don donny
dorothy dot dottie dolly dora
douglas doug dougie
darren daz dazza
edith edie
edmund ed eddie ted
edward ed eddie ted teddy ned
edwin ed eddie
elaine lainey
eleanor ellie nell elle nora ellen nellie
elizabeth liz lizzie beth betty betsy libby eliza bess lisa elsie beti
emily em emmie milly
emma em emmie
ernest ernie
eugene gene
evelyn evie
florence flo florrie
francis frank fran francesco
frances fran frankie francie fanny
franklin frank
frederick fred freddie freddy
gabriel gabe
gareth gaz gary
gary gaz gazza garry
gavin gav
geoffrey geoff jeff jeffrey
george georgie
georgina georgie gina
gerald gerry jerry ger
gerard gerry ger
gillian gill jill gilly
gordon gord gordy
graham gray graeme
gregory greg
gwendoline gwen
gwenllian gwen
harold harry hal
harriet hattie harry
heather
helen nell nellie ellen
henry harry hal hank
herbert bert herb
hilary hil
hugh hughie huw
ian iain
imogen immy immie
irene rene
isaac ike zac
isabella bella izzy isabel isobel bel
isabel izzy bella
jacob jake
jacqueline jackie jacqui jacky
james jim jimmy jamie jem
jane janie jan jayne
janet jan
janice jan
jason jay jase
jean jeannie
jeffrey jeff geoff
jennifer jen jenny jenni
jeremy jez jerry jem
jessica jess jessie
joan joanie
joanna jo joanne
joanne jo joanna
john johnny jack jon ioan ieuan
jonathan jon jonny john
joseph joe joey
josephine jo josie
joshua josh
joyce joy
judith judy jude
julia jules
julian jules
julie jules
justin
karen kaz
kayleigh kay kaz
kelly kel
kenneth ken kenny
kerry kez kezza
kevin kev
keziah kez
kimberley kim kimberly
laura
lawrence larry laurie laurence
leonard len lenny leo
leslie les
lesley les
lewis lew lou
lillian lily lil
linda lin lyn lynda
lionel
lorraine lorrie
louis lou louie
louise lou
lucy lu luce
lynne lyn lynn
madeleine maddy maddie
malcolm mal malc
margaret maggie peggy meg marge margie rita greta mags madge peg mair
maria mary mia
marian mari marion
marion mari marian
marjorie marge margie
mark marc
martha mattie
martin marty martyn
mary molly polly mair mae may
matthew matt matty
matilda tilly
maureen mo reenie
maurice mo maury
maxwell max
melanie mel
melissa mel missy
michael mike mick mickey mikey meic
michaela mickey kayla
michelle shell shelly chelle
miranda mandy
mohammed mo mohamed muhammad mohammad
muriel
nancy nan
natalie nat
natasha tasha nat
nathan nat nate
nathaniel nat nathan nate
neil neal
neville nev
nicholas nick nicky nic nicolas
nicola nic nicky nikki nick
nigel nige
norman norm
oliver olly ollie
olivia liv livvy ollie
oswald oz ossie
pamela pam pammy
patricia pat patsy trish tricia patty paddy
patrick pat paddy rick
paul pauly
pauline
penelope penny pen
peter pete
philip phil phillip pip
philippa pip pippa phil
phyllis phyl
rachel rach rachael
raymond ray
rebecca becky becca bex
reginald reg reggie
richard rick dick ricky rich richie
robert bob rob bobby robbie bert
robin rob
roderick rod roddy
rodney rod
roger rog
roland rolly
ronald ron ronnie
rosalind ros roz rosie
rosemary rose rosie ro
roy royston
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy sand
sarah sally sal sadie sara
sharon shaz shazza shaz
sheila
shirley shirl
sidney sid sydney
simon si sy
sophie soph
stanley stan
stephanie steph stevie
stephen steve stevie steven ste
steven steve stevie stephen ste
stuart stu stewart
stewart stew stu stuart
susan sue susie suzie sukie
susannah sue susie anna susanna
suzanne sue suzie
sylvia syl
tamsin tam
terence terry tel
teresa terry tess tessa theresa tracy
theodore theo ted teddy
theresa terry tess tessa tracy
thomas tom tommy tomos
timothy tim timmy
tobias toby
tracey trace tracy
trevor trev
valerie val
vera vee
vernon vern
veronica ronnie vron
victor vic
victoria vicky vic tori vicki
vincent vin vince vinny
violet vi
vivian viv vivien
walter wally walt
wendy
wilfred wilf fred
wojciech wojtek
agnieszka aga
katarzyna kasia
malgorzata gosia
joanna asia
aleksandra ola
krzysztof krzysiek krzys
tomasz tomek
piotr piotrek
pawel pawelek
william bill will billy willy liam gwilym wil
winifred win winnie freda
yvonne
dean
denise
claire clare
eric
erica
fiona
gwyn
huw
ivor
karl carl
carla
kathleen
marilyn
nadia
owen
paula
roberta
rosa
sian
sheila
sunil
yusuf
eirlys
glenys
rhys
emrys
alana
brian bryan
bruce
cheryl
colin
dawn
doris
edna
elsie
enid
ethel
eva
fay
felix
freda
gladys
glyn
grace
guy
gwen
ivy
jade
joel
june
karen
keith
kirsty
kyle
lauren
lee
leah
lloyd
lynda
marcus
megan
mildred
mohan
naomi
noel
nora
norma
oscar
pearl
percy
priya
ralph
roger
rowan
rupert
sean shaun shawn
shane
sonia
stella
tina
toby
tom
vicki
wayne
wilma
zachary zac zach zak
zoe zo
""".strip()


def _table() -> dict[str, frozenset[int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_GROUPS.splitlines()):
        for name in line.split():
            groups[name].add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


_GROUPS_OF = _table()
_WHOLE = frozenset(line.split()[0] for line in _GROUPS.splitlines())
_LONGEST_SHORT_FORM = 4


def is_known(name: str) -> bool:
    """Whether a folded word is a given name we know: then, standing alone, it is hardly anything else."""
    return name in _GROUPS_OF


@functools.lru_cache(maxsize=4096)
def first_letters(name: str) -> frozenset[str]:
    """The first letters of a name and of every name it is used for: 'm', 'p' ... for Peggy."""
    groups = _GROUPS_OF.get(name, frozenset())
    return frozenset({name[:1]} | {n[:1] for n, theirs in _GROUPS_OF.items() if theirs & groups})


def same_given_name(a: str, b: str) -> bool:
    """Whether two folded given names are used for one another. 'Sandy' may be Alexander or Sandra: either is true."""
    if a == b:
        return True
    known = _GROUPS_OF.get(a)
    if known is not None and known & _GROUPS_OF.get(b, frozenset()):
        return True
    return _is_short_form(a, b) or _is_short_form(b, a)


def _is_short_form(short: str, whole: str) -> bool:
    """'Ade' of Adeyemi; but Paul is no short form of Pauline: both are whole names, and husband and wife perhaps."""
    if len(short) >= 4 and short not in _WHOLE and whole.endswith(short):  # Bert for Hubert, Drew for Andrew
        return True
    return 3 <= len(short) <= _LONGEST_SHORT_FORM and short not in _WHOLE and whole.startswith(short)
