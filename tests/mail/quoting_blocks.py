"""Letters told apart by hand: signatures, disclaimers, banners. The people are invented. Marked as in quoting_cases."""

BLOCKS = {
    "sign_off_and_name_are_own": """
o Please mend the lamp.
o
o Yours sincerely,
o Mary Trewin
""",
    "telephone_below_the_name": """
o Please mend the lamp.
o
o Kind regards
o Mary Trewin
s 01632 960123
s mary@trewin.example
""",
    "address_below_the_name": """
o Please mend the lamp.
o
o Yours faithfully
o
o Mrs E Trewin
s 4 Chapel Street
s Lanmouth
s LM12 4AB
s Tel: 01632 960123
""",
    "business_block_below_the_name": """
o May we book the hall?
o
o Best wishes,
o
o Ruth Pengelly
s Secretary, Lanmouth Players
s T: 01632 960456 | M: 07700 900456
s www.lanmouthplayers.example
""",
    "welsh_sign_off": """
o Trwsiwch y golau os gwelwch yn dda.
o
o Cofion cynnes,
o Mair Prys
s Ffôn: 01632 960789
s 3 Stryd y Capel
""",
    "postscript_below_the_block": """
o Please mend the lamp.
o
o Regards
o Mary Trewin
s 01632 960123
o
o P.S. The gate squeaks as well.
""",
    "afterthought_below_the_block": """
o Please mend the lamp.
o
o Regards
o Mary Trewin
s 01632 960123
o
o I forgot to say that my neighbour fell over in the dark on Tuesday and broke her wrist.
""",
    "delimiter": """
o Please mend the lamp.
s
s --\x20
s Mary Trewin
s Chair, Lanmouth in Bloom
s Flowers for all since 1974
""",
    "delimiter_without_its_space": """
o Please mend the lamp.
s
s --
s Mary Trewin
s 01632 960123
""",
    "postscript_below_the_delimiter": """
o Please mend the lamp.
s
s --\x20
s Mary Trewin
s
o PS the gate squeaks as well
""",
    "afterthought_below_the_delimiter": """
o Please mend the lamp.
s
s --\x20
s Mary Trewin
s 01632 960123
s
o I forgot to say that my neighbour fell over in the dark on Tuesday and broke her wrist.
""",
    "answer_below_history_and_no_signature_of_mine": """
o Yes.
s
s --\x20
s Mary Trewin
q
q On 3 March 2025 at 10:14, Jane Pascoe <clerk@lanmouth-tc.example> wrote:
q > Is it dark?
""",
    "contact_block_without_a_sign_off": """
o The survey is attached.
s
s Tobias Rule MRTPI
s Rule Rural Planning
s 07700 900877
""",
    "contact_block_of_many_ways": """
o The survey is attached.
s
s Gina Rosewarne
s gina@rosewarne.example
s 01632 960333
s www.rosewarne.example
""",
    "block_below_a_rule": """
o The survey is attached.
s
s ----------------
s
s Rosewarne Surveys
s
s t. 01632 960333
s
s http://www.rosewarne.example/
""",
    "where_the_lamp_is_is_no_signature": """
o The lamp is out at this address:
o
o 4 Chapel Street
o Lanmouth LM12 4AB
""",
    "whom_to_ring_is_no_signature": """
o Please ring my daughter about the key:
o
o Ann Trewin
o 07700 900123
""",
    "a_sentence_with_a_number_is_no_signature": """
o The lamp is out.
o
o You can ring me on 01632 960123 after six.
""",
    "a_link_to_evidence_is_no_signature": """
o It happened again last night.
o
o https://films.example/watch?v=dark-lamp
""",
    "iphone": """
o It is dark.
s
s Sent from my iPhone
""",
    "outlook_for_android": """
o It is dark.
s
s Get Outlook for Android<https://aka.example/outlook>
""",
    "windows_mail_and_history": """
o It is dark.
s
s Sent from Mail for Windows
q
q From: Jane Pascoe
q Sent: 03 March 2025 10:14
q To: Mary Trewin
q Subject: Lamp
q
q Is it dark?
""",
    "yahoo_on_a_telephone": """
o It is dark.
s
s Sent from Yahoo Mail on Android
""",
    "german_telephone": """
o Es ist dunkel.
s
s Von meinem iPhone gesendet
""",
    "french_telephone": """
o Il fait noir.
s
s Envoyé de mon iPhone
""",
    "welsh_telephone": """
o Mae'n dywyll.
s
s Anfonwyd o fy iPhone
""",
    "name_and_mobile": """
o I cannot come before six.
s
s Stefan Kowal
s via mobile
""",
    "postscript_below_the_telephone": """
o It is dark.
s
s Sent from my iPhone
s
o PS and it smells
""",
    "nothing_but_thanks": """
o Thank you,
o Mary
""",
    "employers_disclaimer": """
o May we book the hall?
o
o Ruth
d
d This email and any attachments are confidential and intended solely for the use of the
d individual to whom they are addressed. If you are not the intended recipient please delete it.
""",
    "disclaimer_in_several_paragraphs": """
o May we book the hall?
d
d DISCLAIMER
d
d If you have received this message in error please notify the sender and delete it.
d
d Any views expressed are those of the author and not necessarily those of the company.
d
d Registered in England and Wales. Company number 01234567. Registered office: 1 High Street.
""",
    "disclaimer_on_the_heels_of_the_block": """
o May we book the hall?
o
o Kind regards
o Ruth Pengelly
s Pengelly Vets | 01632 960456
d This message is confidential to the addressee and may contain clinical information.
""",
    "disclaimer_below_history": """
o Yes.
q
q > Is it dark?
q
d This e-mail may contain confidential information. If you are not the intended recipient please delete it.
""",
    "welsh_disclaimer": """
o A gawn ni logi'r neuadd?
d
d Mae'r e-bost hwn ac unrhyw atodiadau yn gyfrinachol. Os nad chi yw'r derbynnydd bwriadedig, dilëwch ef.
""",
    "environment": """
o May we book the hall?
d
d Please consider the environment before printing this e-mail.
""",
    "virus_note": """
o May we book the hall?
d
d ---
d This email has been checked for viruses by Avast antivirus software.
""",
    "virus_free": """
o May we book the hall?
d
d Virus-free.www.avg.example
""",
    "council_footer": """
o The form is attached.
d
d All communications sent to or from the council may be monitored and recorded in accordance with the law.
""",
    "welsh_language_footer": """
o The form is attached.
d
d Rydym yn croesawu gohebiaeth yn Gymraeg. We welcome correspondence in Welsh.
""",
    "mailing_list_footer": """
o The hall is free on Sunday.
d
d _______________________________________________
d Village mailing list
d village@lists.lanmouth.example
""",
    "own_words_about_confidence": """
o This email is confidential. I do not want my neighbour to learn my name.
""",
    "own_words_about_a_stray_letter": """
o I received this email in error. It holds somebody else's council tax number.
""",
    "own_words_about_a_virus": """
o The virus has kept my mother indoors since March, and nobody from the council has called.
""",
    "own_words_about_recording": """
o Your telephone line says calls may be recorded. I want the recording of mine of 3 March.
""",
    "caution_banner": """
d CAUTION: This email originated from outside of the organisation. Do not click links or open
d attachments unless you recognise the sender and know the content is safe.
d
o Dear Clerk
o
o It is dark.
""",
    "external_tag": """
d [EXTERNAL]
d
o It is dark.
""",
    "banner_between_rules": """
d ________________________________
d EXTERNAL EMAIL: do not click on links or attachments unless you recognise the sender.
d ________________________________
o It is dark.
""",
    "banner_on_the_heels_of_the_greeting": """
d CAUTION: This email originated from outside the council.
o Dear Clerk
o It is dark.
""",
    "seldom_hear_from": """
d You don't often get email from mary@trewin.example. Learn why this is important
d
o It is dark.
""",
    "welsh_banner": """
d RHYBUDD: Daeth yr e-bost hwn o'r tu allan i'r cyngor. Peidiwch â chlicio ar ddolenni nac agor atodiadau.
d
o Mae'n dywyll.
""",
    "a_persons_own_warning": """
o Warning! There is a man outside the school every morning and he shouts at the children.
""",
    "a_persons_own_caution": """
o CAUTION: the step outside the hall is broken. Somebody will fall.
""",
    "banner_block_and_history_together": """
d [EXTERNAL EMAIL]
d
o It is dark.
o
o Thanks
o Mary Trewin
s 07700 900123
q
q From: Jane Pascoe <clerk@lanmouth-tc.example>
q Sent: 03 March 2025 10:14
q To: Mary Trewin
q Subject: Lamp
q
q Is it dark?
q
q This email is intended solely for the addressee.
""",
    "an_initial_is_no_label": """
o The lamp is out.
o
o Yours sincerely
o T. Maddern
""",
    "address_without_a_sign_off_stays": """
o It was muck and you know it.
o
o D. Hallet
o 21 Beck Walk
""",
    "a_mail_program_by_its_own_name": """
o It is dark.
s
s Sent from Spark
""",
    "footer_of_a_request_site": """
o Please send me the contract.
o
o Yours faithfully,
o
o Ian Threlkeld
d
d -------------------------------------------------------------------
d Please use this email address for all replies to this request:
d request-1-abc@requests.example
d Disclaimer: This message and any reply that you make will be published on the internet.
""",
    "environment_in_his_own_words": """
o Please consider the environment before you cut down the limes.
""",
    "own_words_about_disclosure": """
o There was an unauthorised disclosure of her records. Please disclose the report under the Freedom of Information
o Act 2000 and say who read it.
""",
    "where_he_lives_below_his_name": """
o The lamp is out.
o
o Regards
o
o Mary
o
o I live at:
o 4 Chapel Street
""",
    "dashes_above_everything": """
o --
o The lamp is out again.
""",
    "a_disclaimer_he_throws_back": """
o "This email is intended solely for the addressee" indeed. It was pinned to the notice board.
""",
    "love_that_is_no_sign_off": """
o Love the new bench by the chapel.
o The old one
o 07700 900123 scratched on it though
""",
    "via_mobile_he_rang": """
o Via mobile I tried ringing six times and nobody answered.
""",
}
