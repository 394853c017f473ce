"""Letters told apart by hand: earlier mail, in the forms mail programs give it. The people are invented.

Each line begins with whose it is: o own, q quoted, s signature, d disclaimer or banner. A line without text is blank.
"""

HISTORY = {
    "gmail": """
o Dear Mrs Pascoe,
o
o The lamp outside number 4 is still dark.
o
o Tom Ellery
q
q On Mon, 3 Mar 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q > Thank you. I have asked the county to look at it.
""",
    "attribution_wrapped_over_two_lines": """
o No, it was the other gate.
q
q On Tuesday, 4 March 2025 at 09:14:52 GMT, Lanmouth Town Council Office
q <office@lanmouth-tc.example> wrote:
q
q > Was it the north gate?
""",
    "attribution_wrapped_over_four_lines": """
o Yes please.
q
q On 4 March 2025 at 09:14, Lanmouth Town Council
q Open Spaces and Burial Grounds Office
q <office@lanmouth-tc.example>
q wrote:
q
q > Shall we send the form?
""",
    "apple_mail": """
o I will come on Friday.
q
q > On 5 Mar 2025, at 11:02, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q >
q > Would Friday do?
""",
    "yahoo_without_marks": """
o Nobody has been. It floods every time it rains.
q
q On Monday, 3 March 2025, 10:30:12 GMT, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q
q Dear Mr Ellery,
q
q The drain was cleared in February.
q
q Jane Pascoe
""",
    "old_yahoo": """
o Still no bin.
q
q --- On Mon, 3/3/25, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q
q A new bin is on order.
""",
    "date_and_address_without_a_verb": """
o Noted.
q
q 2025-03-04 15:36 GMT+00:00 Jane Pascoe <
q clerk@lanmouth-tc.example>:
q
q > The meeting is on the 9th.
""",
    "welsh_attribution": """
o Diolch, ond mae'r golau dal wedi torri.
q
q Ar Llun, 3 Maw 2025 am 10:14, Clerc y Dref <clerc@llanfelin.example> ysgrifennodd:
q > Rydym wedi gofyn i'r sir.
""",
    "german_attribution": """
o Der Zaun steht immer noch schief.
q
q Am Mo., 3. März 2025 um 10:14 Uhr schrieb Jane Pascoe <
q clerk@lanmouth-tc.example>:
q
q > Danke.
""",
    "french_attribution": """
o Merci, mais la lampe ne marche toujours pas.
q
q Le lun. 3 mars 2025 à 10:14, Jane Pascoe <clerk@lanmouth-tc.example> a écrit :
q
q > Merci.
""",
    "spanish_attribution": """
o Sigue sin funcionar.
q
q El lun, 3 mar 2025 a las 10:14, Jane Pascoe (<clerk@lanmouth-tc.example>) escribió:
q
q > Gracias.
""",
    "italian_attribution": """
o Niente è cambiato.
q
q Il giorno lun 3 mar 2025 alle ore 10:14 Jane Pascoe <
q clerk@lanmouth-tc.example> ha scritto:
q
q > Grazie.
""",
    "dutch_attribution": """
o Het licht is nog steeds stuk.
q
q Op ma 3 mrt 2025 om 10:14 schreef Jane Pascoe <clerk@lanmouth-tc.example>:
q
q > Bedankt.
""",
    "polish_attribution": """
o Lampa dalej nie świeci.
q
q pon., 3 mar 2025 o 10:14 Jane Pascoe <clerk@lanmouth-tc.example> napisał(a):
q
q > Dziękuję.
""",
    "portuguese_attribution": """
o Ainda não funciona.
q
q Em seg., 3 de mar. de 2025 às 10:14, Jane Pascoe <clerk@lanmouth-tc.example> escreveu:
q
q > Obrigada.
""",
    "swedish_attribution": """
o Den är fortfarande trasig.
q
q Den mån 3 mars 2025 kl 10:14 skrev Jane Pascoe <clerk@lanmouth-tc.example>:
q
q > Tack.
""",
    "ukrainian_attribution": """
o Дякую, але лампа не працює.
q
q пн, 3 бер. 2025 р. о 10:14 Jane Pascoe <clerk@lanmouth-tc.example> пише:
q
q > Дякуємо.
""",
    "romanian_attribution": """
o Tot nu merge.
q
q În lun., 3 mar. 2025 la 10:14, Jane Pascoe <clerk@lanmouth-tc.example> a scris:
q
q > Mulțumim.
""",
    "a_name_and_a_verb_over_marked_lines": """
o I disagree.
q
q Jane Pascoe wrote:
q > The gate is not ours.
""",
    "a_date_without_a_time_over_marked_lines": """
o THE ROOTS ARE YOURS.
q
q On 18 July 2025 Jane Pascoe wrote:
q > The council does not accept that the tree is its own.
""",
    "outlook_block": """
o I have had no answer.
o
o Mary Trewin
q
q From: Jane Pascoe <clerk@lanmouth-tc.example>
q Sent: 03 March 2025 10:14
q To: Mary Trewin
q Subject: RE: Allotment 12
q
q Dear Ms Trewin,
q
q Your letter will go to the committee.
""",
    "outlook_block_below_a_rule": """
o Any news?
q
q ________________________________
q From: Jane Pascoe <clerk@lanmouth-tc.example>
q Sent: Monday, March 3, 2025 10:14:00 AM
q To: Mary Trewin <mary@trewin.example>
q Subject: Allotment 12
q
q The committee meets on the 9th.
""",
    "outlook_block_with_blank_lines_as_html_leaves_them": """
o Any news?
q
q From: Jane Pascoe
q
q Sent: Monday, March 3, 2025 10:14 AM
q
q To: Mary Trewin; Allotments Committee
q
q Subject: Allotment 12
q
q The committee meets on the 9th.
""",
    "outlook_block_in_bold_marks": """
o Any news?
q
q *From:* Jane Pascoe <clerk@lanmouth-tc.example>
q *Sent:* 03 March 2025 10:14
q *To:* Mary Trewin
q *Subject:* Allotment 12
q
q The committee meets on the 9th.
""",
    "outlook_block_with_a_wrapped_subject": """
o Any news?
q
q From: Jane Pascoe
q Sent: 03 March 2025 10:14
q Subject: Allotment 12 and the question of who
q mends the fence
q To: Mary Trewin
q
q The committee meets on the 9th.
""",
    "welsh_outlook_block": """
o Oes newyddion?
q
q Oddi wrth: Clerc y Dref <clerc@llanfelin.example>
q Anfonwyd: 03 Mawrth 2025 10:14
q At: Mair Prys
q Pwnc: RE: Rhandir 12
q
q Bydd y pwyllgor yn cwrdd ar y 9fed.
""",
    "german_outlook_block": """
o Gibt es etwas Neues?
q
q Von: Jane Pascoe
q Gesendet: Montag, 3. März 2025 10:14
q An: Mary Trewin
q Betreff: AW: Parzelle 12
q
q Der Ausschuss tagt am 9.
""",
    "french_outlook_block": """
o Des nouvelles ?
q
q De : Jane Pascoe
q Envoyé : lundi 3 mars 2025 10:14
q À : Mary Trewin
q Objet : RE: Parcelle 12
q
q La commission se réunit le 9.
""",
    "original_message": """
o You have not answered my question.
q
q -----Original Message-----
q From: Jane Pascoe
q Sent: 03 March 2025 10:14
q To: Mary Trewin
q Subject: RE: Allotment 12
q
q It was answered in February.
""",
    "original_message_on_a_telephone": """
o Which form?
s
s Sent from my Galaxy
q
q -------- Original message --------
q From: Jane Pascoe <clerk@lanmouth-tc.example>
q Date: 03/03/2025 10:14 (GMT+00:00)
q To: Mary Trewin <mary@trewin.example>
q Subject: Re: Allotment 12
q
q Please use the form.
""",
    "original_message_and_then_an_attribution": """
o Which form?
q
q ------- Original Message -------
q On Monday, March 3rd, 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q
q > Please use the form.
""",
    "spanish_original_message": """
o ¿Qué formulario?
q
q -----Mensaje original-----
q De: Jane Pascoe
q Enviado el: lunes, 3 de marzo de 2025 10:14
q Para: Mary Trewin
q Asunto: RE: Parcela 12
q
q Use el formulario.
""",
    "forward_with_a_word_above": """
o See what my neighbour sends me. Please do something.
q
q ---------- Forwarded message ---------
q From: Roy Nankivell <roy@nankivell.example>
q Date: Mon, 3 Mar 2025 at 10:14
q Subject: your hedge
q To: Mary Trewin <mary@trewin.example>
q
q You stupid cow. I will burn it down.
""",
    "forward_with_nothing_above": """
q ---------- Forwarded message ---------
q From: Roy Nankivell <roy@nankivell.example>
q Date: Mon, 3 Mar 2025 at 10:14
q Subject: your hedge
q To: Mary Trewin <mary@trewin.example>
q
q You stupid cow. I will burn it down.
""",
    "apple_forward": """
o For your file.
q
q Begin forwarded message:
q
q From: Roy Nankivell <roy@nankivell.example>
q Subject: your hedge
q Date: 3 March 2025 at 10:14:00 GMT
q To: Mary Trewin <mary@trewin.example>
q
q I will burn it down.
""",
    "welsh_forward": """
o Gweler isod.
q
q ---------- Neges wedi'i hanfon ymlaen ----------
q Oddi wrth: Roy Nankivell <roy@nankivell.example>
q Dyddiad: Llun 3 Mawrth 2025 10:14
q Pwnc: y gwrych
q
q Mi losga i o.
""",
    "answers_between_the_lines": """
o Dear Jane,
q
q On 3 March 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q > Which lamp is it?
o The one by the chapel.
q > Since when?
o
o Since Tuesday.
q
q > Does it flicker?
o No.
o
o Tom
""",
    "answer_below_the_quotation": """
q On 3 March 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q > Which lamp is it?
q
o The one by the chapel, since Tuesday.
o
o Tom Ellery
""",
    "quotation_without_a_header": """
o Twenty pounds? You must be joking.
q
q > The hire of the small hall is now £20.
""",
    "a_marked_line_torn_by_its_program": """
o Both, please.
q
q > The committee would like to know whether the new bench should stand at the top or at
q the foot
q > of the hill.
""",
    "text_below_a_bare_attribution_at_the_top_is_kept": """
q On 15 May 2025 19:32, "Jane Pascoe" <clerk@lanmouth-tc.example> wrote:
q
o Not true. Nobody asked me, and the fence was there in 1998.
""",
    "reply_above_this_line": """
o The bin was not emptied again.
q
q ##- Please type your reply above this line -##
q
q Your request 1234 has been updated.
""",
    "domino": """
o Thursday suits.
q
q -----Jane Pascoe <clerk@lanmouth-tc.example> wrote: -----
q
q Which day suits?
""",
    "quoting_somebody": """
o Thursday suits.
q
q Quoting Jane Pascoe <clerk@lanmouth-tc.example>:
q
q > Which day suits?
""",
    "own_line_with_an_address_on_top_of_the_attribution": """
o I wrote to the warden (warden@hall.example)
o and he does not know. Ask @lanmouthhall yourself, I have
o had enough of it.
q On 3 March 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example>
q wrote:
q > Who has the key?
""",
    "marks_without_a_space_and_doubled": """
o Yes.
q
q >> Is it yours?
q >It is ours, we think.
""",
    "reply_prefix_quotes_and_rules_in_history": """
o Thursday suits.
q
q ----- On 3 Mar, 2025, at 10:14, Jane Pascoe clerk@lanmouth-tc.example wrote:
q
q > Which day suits?
""",
}

OWN_THOUGH_IT_LOOKS_QUOTED = {
    "a_person_tells_what_was_written": """
o On 3 March at 10:30 your officer came to the door and on the 4th you wrote:
o
o we do not clean gutters. I have the letter here.
""",
    "a_person_tells_where_he_wrote_to": """
o Dear Clerk
o
o On 3 May I emailed bins@lanmouth-tc.example, at 10:14, as follows:
o
o The bin was missed. Nobody has answered.
""",
    "you_wrote_in_a_letter": """
o Dear Clerk
o
o On 3 March 2025 you wrote:
o
o "The tree is not ours". It is. I have the deeds.
""",
    "three_words_quoted_in_a_sentence": """
o You say it is "not a priority". It is to me, with two children in the house.
""",
    "a_memo_heading": """
o To: The Town Clerk
o From: Mrs E Trewin
o Date: 3 March 2025
o Subject: The drains in Back Lane
o
o They have overflowed again.
""",
    "a_web_form": """
o From: Mary Trewin <mary@trewin.example>
o Subject: Pothole
o
o Outside the school gate, a foot wide.
""",
    "a_route_below_a_rule": """
o The bus is late every day.
o ----------
o From: the chapel
o To: the bridge
o Date: every Monday
o
o Please write to the company.
""",
    "a_list_with_colons": """
o Lamps that are out:
o
o From: the chapel
o To: the bridge
o
o Please mend them.
""",
    "more_than_fifty_houses": """
o The plan affects
o >50 houses in Back Lane alone.
""",
    "a_heading_between_dashes": """
o --- My original plan ---
o
o To plant a hedge.
""",
    "a_rule_between_two_thoughts": """
o The hall was cold on Monday and again on Tuesday.
o
o ---
o
o Another thing: the bins in Back Lane have not been emptied for a fortnight.
""",
    "a_list_made_with_dashes": """
o We would like:
o - a bench
o -- with a back
o - a bin
""",
    "it_is_sent_from_a_place": """
o Sent from the hospital was a letter to you about my mother, and you did not answer that either, did you.
""",
}
