"""The words, marks and units that may stand round mathematics, as patterns; `wrapping` applies them in turn."""

import re

# A word left out unread must not be one of these.
NOT = re.compile(
    r"아니|아닌|않|못|틀린|틀렸|틀림|잘못|오답|거짓|제외|\b(?:not|never|wrong|incorrect|false|except)\b", re.I
)

# In front of a line: marks of a list that can be nothing else, and those that could be a minus or a factor.
MARK = re.compile(
    r"\s*(?:[•◦‣▪\u25a0□●○▶▷◆◇★☞✓✔]|[①-⑳](?!\s*[-+*/,가-힣:])|\*(?=\s)|[0-9]{1,2}\)|[0-9]{1,2}\.(?=\s|[a-zA-Z(√])"
    r"|\[[0-9]{1,2}\]|(?:[a-z가-하ㄱ-ㅎ]|i{2,3}|iv)\)|\((?:[가나다라마바]|i{1,3}|iv|v)\)"
    r"|(?:step|단계)\s*[0-9]{1,2}\s*[:.)-]?|\[?제?\s*[0-9]{1,2}\s*단계\s*[:.)\]-]?)\s*",
    re.I,
)
DOUBTFUL_MARK = re.compile(r"\s*(?:-\s+(?=\S)|\(([0-9]{1,2})\)\s+(?=[^\s*/+:-]))")

# Claims, in small letters and without spaces.
_SUBJECT = (
    r"(?:(?:따라서|그러므로|그래서|therefore|thus|hence|so|즉|답|정답|최종답|실수범위에서|실수에서|answer|solution"
    r"|(?:이|주어진)?(?:연립|이차|일차)?(?:방정식|부등식|식)(?:은|의)?)(?:은|는|:|is|,)*|판별식이음수이므로)*"
)
CLAIMS = {
    "none": r"(?:(?:만족하는)?(?:실수인|실수|real)?(?:실근|실수해|해|근|답|x|x의값|값)?(?:이|가|은|는|를|을)?)?"
    r"(?:없|존재하지않|갖지않|가지지않|존재하지못하)(?:다|음|습니다|는다|아요|어요|는)?"
    r"|(?:해는)?(?:불능|공집합|∅|해?없음)(?:이다|입니다)?"
    r"|(?:there(?:is|are|exists?))?(?:the)?(?:equation|system)?(?:has)?no(?:real)?(?:number)?"
    r"(?:solutions?|roots?|answers?)(?:exists?)?",
    "all": r"(?:해는|x는|모든x는|x=)?(?:모든|임의의)(?:실수|수)(?:x)?"
    r"(?:이다|입니다|가해이다|가해입니다|에대해성립한다|에대하여성립한다)?"
    r"|(?:xis|xcanbe|x=)?(?:all|any|every)(?:real)?numbers?|항등식(?:이다|입니다)?",
    "many": r"(?:해가|해는|근이)?(?:무수히|무한히)많(?:은해|다|음|습니다|아요)?|(?:thereare|has)?infinitelymanysolutions"
    r"|부정(?:이다|입니다)?",
}
CLAIMS = {claim: re.compile(rf"{_SUBJECT}(?:{pattern})") for claim, pattern in CLAIMS.items()}

_VALUE = r"(?=[-+±√(⟦0-9a-zD])"  # mathematics begins
_PUTTING_IN = r"대입(?:하면|하여|해서|하고|해)?\s*[,:]?\s*(?=[^가-힣\s])"
_RATIO = r"[^:=가-힣]+:[^:=가-힣]+"
_REMARK = (  # in brackets, but not (단, x ≠ 1)
    r"[(\[](?=[^()\[\]]*(?:[가-힣①-⑳]|[A-Za-z]{3,}))(?!\s*단)(?![^()]*(?:또는|혹은|이거나|\bor\b))[^()\[\]=<>≤≥≠]*[)\]]"
)
_SIDES = r"[0-9]+[a-z]?(?= [a-z]{2}|[:,])|[a-z](?= [a-z]{2})|both|sides?|from|to|of|on|by|the|each|it|get|equations?|terms?"
_ENGLISH = (
    r"(?:step [0-9]+[.)]?|therefore|thus|hence|so|then|and so|finally|now|next|first|we (?:get|have|obtain|find)"
    r"|(?:which|this|it) (?:gives|means|implies)|giving|gives"
    r"|(?:the )?(?:final )?(?:answers?|solutions?|roots?|values? of x|results?)"
    r"(?: (?:to|of) the (?:equation|inequality|system|problem))? (?:is|are)(?: that)?|(?:final[ _])?answer|solution"
    r"|(?:note|recall)(?: that)?(?!\s*[a-z]\s*≠)|equation|solve(?: for x| the (?:equation|inequality|system))?|simplify|the values? of|calculate|compute"
    r"|evaluate|find(?: (?:x|if|all|the|real|exact|solutions?|roots?|values?|of|to|equation|inequality|system))*|what is|check|since|if|when"
    r"|(?:we )?(?:subtract|add|divid|multiply|factor|expand|simplify|mov|tak|combin|substitut|us|cross[- ]multiply)[a-z]*"
    rf"(?: (?:{_SIDES}|like|out|left|right|square|root|formula|quadratic|in|into|for|with|and))*)"
)
_LEADING = (
    "네|예|판별식|따라서|그러므로|그래서|즉|결국|최종|정답|답|구하는|해|근|두|실근|값|계산|결과|계산한|이|식|의|문제|주어진"
    "|방정식|연립방정식|이차방정식|일차방정식|부등식"
)

# What is put in the place of words, in turn: everywhere, then at the beginning and at the end of a statement.
EVERYWHERE = (
    (r"(?:이?므로|이고)?[\s,]*(?:맞음|맞다|맞습니다|맞아요|성립한다|성립합니다|성립함)\s*\.?$", ""),
    (rf"^[^0-9:=]*(?:[가-힣]|[A-Za-z]{{3,}})[\s.:]*(?={_RATIO}={_RATIO}$)", ""),  # 비례식 x:6 = 5:3
    (r"(?<=[0-9])\s*의\s*(?=[0-9.]+%|[0-9]+/[0-9]+)", " * "),  # 250의 12%
    (r"(?i)\s*,?\s*\b(?:for|where|when|if)\s+(?=[a-z]\s*[<>≤≥≠]\s*-?[0-9.]+\s*\.?$)", " ∧ "),
    (r"([=<>≤≥≠][^가-힣]*?[0-9a-z)])\s*에서\s+", r"\1 ⇒ "),
    (r"(?i)^(?:since|because)\s+([^,]*[=<>≤≥≠][^,]*),\s*", r"\1 ⇒ "),
    (r"\(%\)", "%"),
    (r"\((?:cm|mm|km|kg|m|g|L)(?:\^[23])?\)", " "),
    (r"(\*\s*100\s*[=≈]\s*[0-9.]+)\s*%", r"\1"),  # 1/4 × 100 = 25%
    (rf"^([^가-힣]*=[^가-힣]*?)\s*(?:을|를)\s[^=]*?{_PUTTING_IN}", r"\1 ⇒ "),
    (r"^(.*)\(\s*(?:check|검산)\s*:?((?:[^()=]|\([^()]*\))*=(?:[^()]|\([^()]*\))*)\)", r"\2 ⇒ \1"),
    (_REMARK, " "),
    (r"\([^()]*(?:대입|이용|이므로)[^()]*\)", " "),
    (r"\(\s*(?:단\s*,?)?([^()=가-힣]*[<>≤≥≠][^()가-힣]*)\)", r" ∧ \1"),
    (r"(?<=[0-9a-z)⟧])\.\s+(?=[A-Z가-힣])", " ⇒ "),  # the next sentence
    (r"\(\s*(≈[^()]*)\)", r"\1"),
    (r"%\s+of\s+", "% * "),
    (r"([<>=≤≥≠][^<>=≤≥≠가-힣]*)인\s*모든\s*(?:실수|수)", r"\1"),
    (r"(?i)(?:^|(?<=\s))(?:이므로|그래서|따라서|그러므로|∴|therefore,?|hence,?|thus,?)(?=\s)", " ⇒ "),
    (r"(?<=[0-9a-z)⟧])\s*(?:이므로|므로|이니까|이니|이어서)\s*,?", " ⇒ "),
    (r"(?<![A-Za-z])([a-zA-Z])\s*(?:의\s*값|값)?\s*(?:은|는|이|가|is|equals)\s*(?=[-+±√(⟦0-9])", r"\1 = "),
    (r",?\s+(?:so|giving|which gives)\s+(?=[a-z0-9(√-])", " ⇒ "),
)
FRONT = (
    (rf"^.*?{_PUTTING_IN}|(?i:^(?:substitut|plug)[a-z]* [^:]*:)", ""),
    (r"(?i)^.*\b(?:solution|answer)s? (?:to|of|for) .*\b(?:is|are)\b:?\s*", ""),
    # ①+②:, 검산:
    (r"^\s*\([0-9]\)(?:\s*[-+]\s*[0-9]*\s*\*?\s*\([0-9]\))+\s*:\s*", ""),
    (rf"^\s*[①-⑳](?:\s*[-+*/]\s*[0-9]*\s*[①-⑳]?)*\s+{_VALUE}", ""),
    (r"^[^=<>≤≥≠:\n]*(?:[가-힣①-⑳]|[A-Z][a-z]{2}|[a-z]{3}[^:]* [a-z]{2})[^=<>≤≥≠:\n]*[:\n](?!=)\s*", ""),
    (rf"(?i)^(?:{_ENGLISH}(?:\s*[:,]\s*|\s+))+", ""),
    (rf"^(?:(?:{_LEADING})\s*(?:은|는|의|을|이|가|,)*\s*)+{_VALUE}", ""),
    # 방정식을 푸세요, 괄호를 풀면, 양변을 2로 나누어, 양변에서 3을 뺀다.
    (rf"^[가-힣\s]*(?:시오|세요|어라|여라|하라|하자)[.:]?\s+{_VALUE}", ""),
    (rf"^[^=<>≤≥≠:\n]*[가-힣](?:면|어|여|서|아|고|니|해|따라|식으로)\s*,?\s+{_VALUE}", ""),
    (rf"^[^=<>≤≥≠:\n]*[가-힣]+[.,]?\s+(?=[^가-힣]*[=<>≤≥≠]){_VALUE}", ""),
    (r"^\s*[⇒∴,]\s*", ""),
)
BACK = (
    (r"[.…·]{2,}\s*\([0-9]\)\s*$", ""),
    (r"\s*[을를]\s*(?:얻는다|얻습니다|얻을 수 있다|얻는|구한다|구합니다)\s*$", ""),
    (r"\s*[이가]\s*(?:된다|됩니다|되었다|나온다|나옵니다|(?:답|해|정답)(?:이다|입니다))\s*$", ""),
    (r"\s*(?:으로|로)\s*정리(?:된다|됩니다)\s*$", ""),
    (r"\s*(?:모두|둘\s*다)?\s*(?:이?(?:다|에요|예요|네요|므로|고)|입니다|임|됨|이 답)\s*$", ""),
    (r"(?i)\s*,?\s*(?:is|are)(?: both| the| final| real)* (?:answers?|solutions?|roots?)\s*$", ""),
)
_GIVEN = r"(?:[가-힣\s,.?]|\b[a-z]\s*(?=[가-힣,]))*"
BACK_OF_PROBLEM = rf"(?<=[0-9a-z)⟧%])\s*(?:을|를|의(?=\s*(?:(?:두\s*|모든\s*)?(?:값|실?근|해|답)(?!의)|실수|계산|결과|분모))|일\s*때|에서|은|는|이면)(?=[\s가-힣,?.]){_GIVEN}[?.]?\s*$"
HOW = r"(?i)\s*,?\s*\b(?:using|by|via|over|in)(?: +[a-z-]{2,})+\s*\.?\s*$"  # by completing the square
_COUNTED = "개|원|점|명|마리|권|장|자루|살|세|년|일|시간|분|초|도|배|쪽|병|송이|그루|대|달러|센티미터|미터|킬로미터|그램|킬로그램|리터"
_MEASURES = "km/h|m/s|cm|mm|km|kg|mg|mL|ml|dollars?|cents?"
LETTER_UNIT = r"(?<=[0-9])\s*([mgLlts])(?:\^[23])?(?=\s*(?:$|[,∨∧⇒=+*-]))"
# x는 5 이상 has become x = 5 이상.
_COMPARED = {
    "이상": "≥", "이하": "≤", "초과": ">", "미만": "<", "보다 크거나 같다": "≥", "보다 작거나 같다": "≤",
    "보다 크다": ">", "보다 작다": "<",
}  # fmt: skip
# At last: units go, and signs stand for words that compare, join or separate.
LAST = (
    (rf"(?<=[0-9)π])\s*(?:(?:{_COUNTED})(?![가-힣]|\s*때)|(?:{_MEASURES})(?:\^[23])?(?![A-Za-z0-9]))", ""),
    *((rf"=\s*([^=<>≤≥≠,∨∧가-힣]+?)\s*{word}", rf"{sign} \1") for word, sign in _COMPARED.items()),
    (r"\s*(?:또는|혹은|이거나|거나|아니면|이나|或|\bor\b)\s*", " ∨ "),
    (r"(?<=[0-9)])\s*(?:와|과)\s*(?=[-√0-9a-z(])|\s*(?:[;\n]\s*)+", ", "),
)
TOGETHER = r"\s*(?:그리고|동시에|이고|이며|이면서|일\s*때|이면|\band\b)\s*,?"
AMBIGUOUS = (  # and its two readings
    (r"√([0-9]+)([a-z])", r"√(\1\2)", r"√\1×\2"),
    (r"(\S+)\s*÷\s*([0-9.]+)([a-z(√].*)", r"\1 ÷ (\2\3)", r"(\1 ÷ \2) × \3"),
)
PLURAL = r"\b(?:solutions|roots|answers|values)\b|_[0-9]"
FALSE = r"(?i)(?<=[0-9a-z)⟧])[\s,]*\s*(?:(?:which|this) is|이는|이것은|은|는|이?므로)?\s*(?:false|impossible|a contradiction|거짓|모순)(?:이다|입니다|임)?\s*\.?$"
DOUBLE = r"(?i)\(\s*(?:이?중근|double root)\s*\)"
