"""Words in a company's name that tell it from no other: legal forms, and words of the trade.

Data for `names.py`, in the languages of the main corridors: English, Nepali, Bengali, Hindi, Urdu,
Indonesian, Vietnamese, Filipino, Arabic, Malay, Sinhala, Burmese, Lao, Thai. Pure.
"""

LEGAL_FORMS = (
    # English and what is written of it everywhere
    "limited", "ltd", "private limited", "pvt ltd", "pvt", "private", "public limited company",
    "plc", "company", "co", "co ltd", "corporation", "corp", "incorporated", "inc", "llc",
    "limited liability company", "llp", "messrs", "m s", "ms", "proprietorship", "prop",
    # Indonesian, Malay, Filipino, Vietnamese
    "pt", "perseroan terbatas", "tbk", "cv", "ud", "sdn bhd", "sendirian berhad", "bhd", "berhad",
    "opc", "kompanya", "korporasyon", "công ty tnhh", "công ty trách nhiệm hữu hạn",
    "công ty cổ phần", "công ty", "tnhh", "ctcp", "jsc", "joint stock company", "cổ phần",
    # Nepali and Hindi
    "प्राइभेट लिमिटेड", "प्रा लि", "प्रा ली", "प्राइवेट लिमिटेड", "लिमिटेड", "लि", "प्रालि", "कम्पनी", "कंपनी",
    # Bengali
    "প্রাইভেট লিমিটেড", "প্রাঃ লিঃ", "প্রা লি", "লিমিটেড", "লিঃ", "লি", "কোম্পানি", "মেসার্স",
    # Urdu and Arabic
    "پرائیویٹ لمیٹڈ", "لمیٹڈ", "کمپنی", "پرائیویٹ", "شركة", "ش م م", "ذ م م", "المحدودة", "محدودة",
    "ذات مسؤولية محدودة", "مؤسسة", "شركه",
    # Sinhala
    "පුද්ගලික සමාගම", "සමාගම", "පුද්", "පුද්ගලික", "ලිමිටඩ්",
)  # fmt: skip
"""Phrases, as they are written; points and case make no difference."""

ATTACHED_FORMS = (
    "บริษัท", "จำกัด", "มหาชน", "หจก", "ห้างหุ้นส่วน",
    "ບໍລິສັດ", "ຈໍາກັດ", "ຈຳກັດ", "ມະຫາຊົນ",
    "ကုမ္ပဏီ", "လီမိတက်", "အများနှင့်သက်ဆိုင်သော",
)  # fmt: skip
"""The same in scripts that put no space between words: Thai, Lao, Burmese."""

TRADE_WORDS = (
    "international", "intl", "overseas", "trade", "trading", "traders", "enterprise", "enterprises",
    "travel", "travels", "tour", "tours", "tourism", "air", "aviation", "service", "services",
    "agency", "agencies", "associate", "associates", "employment", "recruiting", "recruitment",
    "recruiters", "manpower", "establishment", "consultant", "consultants", "consultancy",
    "resource", "resources", "human", "hr", "management", "global", "world", "worldwide",
    "business", "export", "import", "placement", "staffing", "crewing", "labour", "labor",
    "workforce", "bangladesh", "nepal", "pakistan", "india", "indonesia", "vietnam", "philippines",
    "the", "and", "of", "group", "holdings", "general", "new",
    "karya", "persada", "jasa", "tenaga", "kerja", "agensi", "pekerjaan", "nhân lực", "lao động",
    "xuất khẩu", "रोजगार", "जनशक्ति", "वैदेशिक", "ओभरसिज", "ओवरसीज", "इन्टरनेसनल", "इंटरनेशनल",
    "ওভারসিজ", "ওভারসীজ", "ইন্টারন্যাশনাল", "এজেন্সি", "ট্রাভেলস", "ট্রেডিং", "رکروٹمنٹ", "اوورسیز",
    "للتوظيف", "للاستقدام", "الدولية", "العالمية", "රැකියා",
)  # fmt: skip
"""Words that half of all recruiters have in their names."""
