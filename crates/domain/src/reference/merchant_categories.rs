//! Merchant category codes: ISO 18245 as the card networks' manuals publish it, and the platform's own list (partner.md
//! §5.6). A code is one of either (`decisions.md` row 23).

use serde::{Deserialize, Serialize};

/// A merchant category code of either list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MerchantCategory(u16);

/// Which list a code stands in; no code stands in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategorySource {
    /// The platform's own list (partner.md §5.6).
    Platform,
    /// ISO 18245.
    Iso18245,
}

/// The platform's own list; 1003 and 1023 do not exist.
static PLATFORM: &[(u16, &str)] = &[
    (1001, "Accommodation, food service"),
    (1002, "Administrative, support and waste services"),
    (1004, "Agriculture, forestry, fishing and hunting"),
    (1005, "Arts, entertainment and recreation (no gambling)"),
    (1006, "Construction"),
    (1007, "Broker or crypto exchange"),
    (1008, "Crypto ATM"),
    (1009, "Crypto mining"),
    (1010, "Proprietary crypto traders"),
    (1011, "Algorithmic crypto traders"),
    (1012, "P2P merchants"),
    (1013, "Other digital-asset services (VASP)"),
    (1014, "Bank"),
    (1015, "Non-bank financial institution"),
    (1016, "Money services and payment providers"),
    (1017, "Family office"),
    (1018, "Personal investment companies"),
    (1019, "Superannuation fund"),
    (1020, "Sovereign wealth fund"),
    (1021, "Investment funds"),
    (1022, "Education"),
    (1024, "Betting"),
    (1025, "Health care and social assistance"),
    (1026, "Information"),
    (1027, "General wholesalers"),
    (1028, "Management of companies"),
    (1029, "Precious stones and metals dealers"),
    (1030, "Crude oil and gas dealers"),
    (1031, "General manufacturing"),
    (1032, "Marijuana"),
    (1033, "Mining and extraction"),
    (1034, "Pawn shops"),
    (1035, "Professional services"),
    (1036, "Scientific and technical services"),
    (1037, "Public administration"),
    (1038, "Real estate, rental and leasing"),
    (1039, "Retail: electronics"),
    (1040, "Retail: food and beverage"),
    (1041, "Retail: jewelry"),
    (1042, "Retail: other"),
    (1043, "Sale of drugs and pharmaceuticals"),
    (1044, "Tobacco"),
    (1045, "Transport and warehousing"),
    (1046, "Utilities"),
    (1047, "Other crypto or web3, non-VASP"),
    (9999, "Other"),
];

/// Codes that stand for one brand each.
static BRANDS: &[(std::ops::RangeInclusive<u16>, &str)] =
    &[(3000..=3350, "Airlines"), (3351..=3500, "Car rental agencies"), (3501..=3999, "Hotels, motels and resorts")];

/// ISO 18245 without the brands.
static ISO: &[(u16, &str)] = &[
    (742, "Veterinary services"),
    (763, "Agricultural co-operatives"),
    (780, "Landscaping and horticultural services"),
    (1520, "General contractors"),
    (1711, "Heating, plumbing and air conditioning contractors"),
    (1731, "Electrical contractors"),
    (1740, "Masonry, stonework, tile setting, plastering and insulation"),
    (1750, "Carpentry contractors"),
    (1761, "Roofing, siding and sheet metal contractors"),
    (1771, "Concrete work contractors"),
    (1799, "Special trade contractors"),
    (2741, "Miscellaneous publishing and printing"),
    (2791, "Typesetting and platemaking"),
    (2842, "Specialty cleaning, polishing and sanitation preparations"),
    (4011, "Railroads"),
    (4111, "Local and suburban commuter transport, ferries"),
    (4112, "Passenger railways"),
    (4119, "Ambulance services"),
    (4121, "Taxicabs and limousines"),
    (4131, "Bus lines"),
    (4214, "Motor freight carriers and local trucking"),
    (4215, "Courier services"),
    (4225, "Public warehousing and storage"),
    (4411, "Steamship and cruise lines"),
    (4457, "Boat rentals and leases"),
    (4468, "Marinas and marine services"),
    (4511, "Airlines and air carriers"),
    (4582, "Airports, flying fields and terminals"),
    (4722, "Travel agencies and tour operators"),
    (4723, "Package tour operators"),
    (4761, "Telemarketing of travel services"),
    (4784, "Tolls and bridge fees"),
    (4789, "Transportation services"),
    (4812, "Telecommunication equipment and telephone sales"),
    (4813, "Key-entry telecom merchants"),
    (4814, "Telecommunication services"),
    (4815, "Monthly summary telephone charges"),
    (4816, "Computer network and information services"),
    (4821, "Telegraph services"),
    (4829, "Wire transfers and money orders"),
    (4899, "Cable and other pay television and radio"),
    (4900, "Utilities"),
    (5013, "Motor vehicle supplies and new parts"),
    (5021, "Office and commercial furniture"),
    (5039, "Construction materials"),
    (5044, "Photographic, photocopy and microfilm equipment"),
    (5045, "Computers, peripherals and software"),
    (5046, "Commercial equipment"),
    (5047, "Medical, dental, ophthalmic and hospital equipment"),
    (5051, "Metal service centers"),
    (5065, "Electrical parts and equipment"),
    (5072, "Hardware, equipment and supplies"),
    (5074, "Plumbing and heating equipment"),
    (5085, "Industrial supplies"),
    (5094, "Precious stones and metals, watches and jewelry"),
    (5099, "Durable goods"),
    (5111, "Stationery, office supplies, printing and writing paper"),
    (5122, "Drugs, drug proprietaries and druggist sundries"),
    (5131, "Piece goods, notions and other dry goods"),
    (5137, "Uniforms and commercial clothing"),
    (5139, "Commercial footwear"),
    (5169, "Chemicals and allied products"),
    (5172, "Petroleum and petroleum products"),
    (5192, "Books, periodicals and newspapers"),
    (5193, "Florists supplies, nursery stock and flowers"),
    (5198, "Paints, varnishes and supplies"),
    (5199, "Nondurable goods"),
    (5200, "Home supply warehouse stores"),
    (5211, "Lumber and building materials stores"),
    (5231, "Glass, paint and wallpaper stores"),
    (5251, "Hardware stores"),
    (5261, "Nurseries, lawn and garden supply stores"),
    (5262, "Marketplaces"),
    (5271, "Mobile home dealers"),
    (5300, "Wholesale clubs"),
    (5309, "Duty-free stores"),
    (5310, "Discount stores"),
    (5311, "Department stores"),
    (5331, "Variety stores"),
    (5399, "Miscellaneous general merchandise"),
    (5411, "Grocery stores and supermarkets"),
    (5422, "Freezer and locker meat provisioners"),
    (5441, "Candy, nut and confectionery stores"),
    (5451, "Dairy products stores"),
    (5462, "Bakeries"),
    (5499, "Miscellaneous food stores"),
    (5511, "Car and truck dealers, new and used"),
    (5521, "Car and truck dealers, used only"),
    (5531, "Auto and home supply stores"),
    (5532, "Automotive tire stores"),
    (5533, "Automotive parts and accessories stores"),
    (5541, "Service stations"),
    (5542, "Automated fuel dispensers"),
    (5551, "Boat dealers"),
    (5552, "Electric vehicle charging"),
    (5561, "Camper, recreational and utility trailer dealers"),
    (5571, "Motorcycle shops and dealers"),
    (5592, "Motor home dealers"),
    (5598, "Snowmobile dealers"),
    (5599, "Miscellaneous automotive dealers"),
    (5611, "Men's and boys' clothing stores"),
    (5621, "Women's ready-to-wear stores"),
    (5631, "Women's accessory and specialty shops"),
    (5641, "Children's and infants' wear stores"),
    (5651, "Family clothing stores"),
    (5655, "Sports and riding apparel stores"),
    (5661, "Shoe stores"),
    (5681, "Furriers and fur shops"),
    (5691, "Men's and women's clothing stores"),
    (5697, "Tailors, seamstresses, mending and alterations"),
    (5698, "Wig and toupee stores"),
    (5699, "Miscellaneous apparel and accessory shops"),
    (5712, "Furniture and home furnishings stores"),
    (5713, "Floor covering stores"),
    (5714, "Drapery, window covering and upholstery stores"),
    (5715, "Alcoholic beverage wholesalers"),
    (5718, "Fireplace, fireplace screens and accessories stores"),
    (5719, "Miscellaneous home furnishing specialty stores"),
    (5722, "Household appliance stores"),
    (5732, "Electronics stores"),
    (5733, "Music stores"),
    (5734, "Computer software stores"),
    (5735, "Record stores"),
    (5811, "Caterers"),
    (5812, "Eating places and restaurants"),
    (5813, "Drinking places"),
    (5814, "Fast food restaurants"),
    (5815, "Digital goods: media, books, movies, music"),
    (5816, "Digital goods: games"),
    (5817, "Digital goods: applications"),
    (5818, "Digital goods: large digital goods merchants"),
    (5912, "Drug stores and pharmacies"),
    (5921, "Package stores: beer, wine and liquor"),
    (5931, "Used merchandise and secondhand stores"),
    (5932, "Antique shops"),
    (5933, "Pawn shops"),
    (5935, "Wrecking and salvage yards"),
    (5937, "Antique reproductions"),
    (5940, "Bicycle shops"),
    (5941, "Sporting goods stores"),
    (5942, "Book stores"),
    (5943, "Stationery, office and school supply stores"),
    (5944, "Jewelry, watch, clock and silverware stores"),
    (5945, "Hobby, toy and game shops"),
    (5946, "Camera and photographic supply stores"),
    (5947, "Gift, card, novelty and souvenir shops"),
    (5948, "Luggage and leather goods stores"),
    (5949, "Sewing, needlework, fabric and piece goods stores"),
    (5950, "Glassware and crystal stores"),
    (5960, "Direct marketing: insurance services"),
    (5962, "Direct marketing: travel arrangement services"),
    (5963, "Door-to-door sales"),
    (5964, "Direct marketing: catalog merchants"),
    (5965, "Direct marketing: combination catalog and retail"),
    (5966, "Direct marketing: outbound telemarketing"),
    (5967, "Direct marketing: inbound teleservices"),
    (5968, "Direct marketing: continuity and subscription"),
    (5969, "Direct marketing: other"),
    (5970, "Artist's supply and craft shops"),
    (5971, "Art dealers and galleries"),
    (5972, "Stamp and coin stores"),
    (5973, "Religious goods stores"),
    (5975, "Hearing aids"),
    (5976, "Orthopedic goods and prosthetic devices"),
    (5977, "Cosmetic stores"),
    (5978, "Typewriter stores"),
    (5983, "Fuel dealers"),
    (5992, "Florists"),
    (5993, "Cigar stores and stands"),
    (5994, "News dealers and newsstands"),
    (5995, "Pet shops, pet foods and supplies"),
    (5996, "Swimming pools"),
    (5997, "Electric razor stores"),
    (5998, "Tent and awning shops"),
    (5999, "Miscellaneous and specialty retail stores"),
    (6010, "Financial institutions: manual cash"),
    (6011, "Financial institutions: automated cash"),
    (6012, "Financial institutions: merchandise and services"),
    (6050, "Quasi cash: customer financial institution"),
    (6051, "Quasi cash: non-financial institutions"),
    (6211, "Security brokers and dealers"),
    (6300, "Insurance sales, underwriting and premiums"),
    (6513, "Real estate agents and managers: rentals"),
    (6529, "Remote stored value load: financial institution"),
    (6530, "Remote stored value load: merchant"),
    (6532, "Payment transaction: customer financial institution"),
    (6533, "Payment transaction: merchant"),
    (6536, "Money transfer: intracountry"),
    (6537, "Money transfer: intercountry"),
    (6538, "Money transfer: funding"),
    (6540, "Funding transactions for stored value"),
    (7011, "Lodging: hotels, motels and resorts"),
    (7012, "Timeshares"),
    (7032, "Sporting and recreational camps"),
    (7033, "Trailer parks and campgrounds"),
    (7210, "Laundry, cleaning and garment services"),
    (7211, "Laundries: family and commercial"),
    (7216, "Dry cleaners"),
    (7217, "Carpet and upholstery cleaning"),
    (7221, "Photographic studios"),
    (7230, "Beauty and barber shops"),
    (7251, "Shoe repair, shoe shine and hat cleaning"),
    (7261, "Funeral services and crematories"),
    (7273, "Dating and escort services"),
    (7276, "Tax preparation services"),
    (7277, "Counseling services"),
    (7278, "Buying and shopping services and clubs"),
    (7296, "Clothing rental"),
    (7297, "Massage parlors"),
    (7298, "Health and beauty spas"),
    (7299, "Miscellaneous personal services"),
    (7311, "Advertising services"),
    (7321, "Consumer credit reporting agencies"),
    (7322, "Debt collection agencies"),
    (7333, "Commercial photography, art and graphics"),
    (7338, "Quick copy, reproduction and blueprinting"),
    (7339, "Stenographic and secretarial support"),
    (7342, "Exterminating and disinfecting"),
    (7349, "Cleaning, maintenance and janitorial services"),
    (7361, "Employment agencies and temporary help"),
    (7372, "Computer programming, data processing and systems design"),
    (7375, "Information retrieval services"),
    (7379, "Computer maintenance and repair"),
    (7392, "Management, consulting and public relations"),
    (7393, "Detective agencies, protective and security services"),
    (7394, "Equipment, tool, furniture and appliance rental"),
    (7395, "Photofinishing laboratories"),
    (7399, "Business services"),
    (7511, "Truck stops"),
    (7512, "Automobile rental"),
    (7513, "Truck and utility trailer rental"),
    (7519, "Motor home and recreational vehicle rental"),
    (7523, "Parking lots and garages"),
    (7524, "Express payment parking"),
    (7531, "Automotive body repair shops"),
    (7534, "Tire retreading and repair"),
    (7535, "Automotive paint shops"),
    (7538, "Automotive service shops"),
    (7542, "Car washes"),
    (7549, "Towing services"),
    (7622, "Electronics repair shops"),
    (7623, "Air conditioning and refrigeration repair"),
    (7629, "Electrical and small appliance repair"),
    (7631, "Watch, clock and jewelry repair"),
    (7641, "Furniture repair, reupholstery and refinishing"),
    (7692, "Welding services"),
    (7699, "Miscellaneous repair shops"),
    (7800, "Government-owned lotteries"),
    (7801, "Government-licensed online casinos"),
    (7802, "Government-licensed horse and dog racing"),
    (7829, "Motion picture and video tape production"),
    (7832, "Motion picture theaters"),
    (7841, "Video rental"),
    (7911, "Dance halls, studios and schools"),
    (7922, "Theatrical producers and ticket agencies"),
    (7929, "Bands, orchestras and entertainers"),
    (7932, "Billiard and pool establishments"),
    (7933, "Bowling alleys"),
    (7941, "Commercial sports, sports clubs and promoters"),
    (7991, "Tourist attractions and exhibits"),
    (7992, "Public golf courses"),
    (7993, "Video amusement game supplies"),
    (7994, "Video game arcades"),
    (7995, "Betting and casino gambling"),
    (7996, "Amusement parks, circuses and carnivals"),
    (7997, "Membership clubs, country clubs and golf courses"),
    (7998, "Aquariums, seaquariums and dolphinariums"),
    (7999, "Recreation services"),
    (8011, "Doctors and physicians"),
    (8021, "Dentists and orthodontists"),
    (8031, "Osteopaths"),
    (8041, "Chiropractors"),
    (8042, "Optometrists and ophthalmologists"),
    (8043, "Opticians, optical goods and eyeglasses"),
    (8049, "Podiatrists and chiropodists"),
    (8050, "Nursing and personal care facilities"),
    (8062, "Hospitals"),
    (8071, "Medical and dental laboratories"),
    (8099, "Medical services and health practitioners"),
    (8111, "Legal services and attorneys"),
    (8211, "Elementary and secondary schools"),
    (8220, "Colleges, universities and professional schools"),
    (8241, "Correspondence schools"),
    (8244, "Business and secretarial schools"),
    (8249, "Vocational and trade schools"),
    (8299, "Schools and educational services"),
    (8351, "Child care services"),
    (8398, "Charitable and social service organizations"),
    (8641, "Civic, social and fraternal associations"),
    (8651, "Political organizations"),
    (8661, "Religious organizations"),
    (8675, "Automobile associations"),
    (8699, "Membership organizations"),
    (8734, "Testing laboratories"),
    (8911, "Architectural, engineering and surveying services"),
    (8931, "Accounting, auditing and bookkeeping"),
    (8999, "Professional services"),
    (9211, "Court costs, alimony and child support"),
    (9222, "Fines"),
    (9223, "Bail and bond payments"),
    (9311, "Tax payments"),
    (9399, "Government services"),
    (9402, "Postal services"),
    (9405, "Intra-government purchases"),
    (9406, "Government-owned lotteries outside the United States"),
    (9700, "Automated referral service"),
    (9701, "Visa credential server"),
    (9751, "Supermarkets (United Kingdom)"),
    (9752, "Petrol stations (United Kingdom)"),
    (9950, "Intra-company purchases"),
];

const OTHER: u16 = 9999;

impl MerchantCategory {
    /// The category with exactly these four digits.
    pub fn from_code(code: &str) -> Option<Self> {
        if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let category = Self(code.parse().ok()?);
        category.entry().map(|_| category)
    }

    /// Every code of both lists without the brands: the platform's own first, as a form would offer them.
    pub fn listed() -> impl Iterator<Item = Self> {
        PLATFORM.iter().chain(ISO).map(|(code, _)| Self(*code))
    }

    fn entry(self) -> Option<(CategorySource, &'static str)> {
        let of = |table: &[(u16, &'static str)]| {
            table.binary_search_by_key(&self.0, |(code, _)| *code).ok().map(|index| table[index].1)
        };
        let brand = || BRANDS.iter().find(|(codes, _)| codes.contains(&self.0)).map(|(_, name)| *name);
        of(PLATFORM)
            .map(|name| (CategorySource::Platform, name))
            .or_else(|| of(ISO).or_else(brand).map(|name| (CategorySource::Iso18245, name)))
    }

    /// Which list it stands in.
    pub fn source(self) -> CategorySource {
        self.entry().expect("a category is made from a known code").0
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        self.entry().expect("a category is made from a known code").1
    }

    /// The four digits.
    pub fn code(self) -> String {
        format!("{:04}", self.0)
    }

    /// 9999: the business must be told in words (partner.md §5.2).
    pub const fn is_other(self) -> bool {
        self.0 == OTHER
    }
}

impl std::fmt::Debug for MerchantCategory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl Serialize for MerchantCategory {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

impl<'de> Deserialize<'de> for MerchantCategory {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_code(&code)
            .ok_or_else(|| serde::de::Error::custom(format!("no merchant category has the code {code}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_apart() {
        for table in [PLATFORM, ISO] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0), "sorted and unique, or the search misses");
        }
        for category in MerchantCategory::listed() {
            assert_eq!(MerchantCategory::from_code(&category.code()), Some(category));
            let places =
                [PLATFORM, ISO].iter().filter(|table| table.iter().any(|(code, _)| *code == category.0)).count();
            assert_eq!(places, 1, "{category:?} stands in one list");
            assert!(BRANDS.iter().all(|(codes, _)| !codes.contains(&category.0)), "{category:?} is no brand");
        }
    }

    #[test]
    fn the_platforms_list_is_the_pages() {
        let expected: Vec<u16> = (1001..=1047).filter(|code| ![1003, 1023].contains(code)).chain([9999]).collect();
        let listed: Vec<u16> = PLATFORM.iter().map(|(code, _)| *code).collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn codes_are_four_digits_of_either_list() {
        let rows = [
            ("5511", CategorySource::Iso18245),
            ("0742", CategorySource::Iso18245),
            ("3000", CategorySource::Iso18245),
            ("3351", CategorySource::Iso18245),
            ("3999", CategorySource::Iso18245),
            ("9950", CategorySource::Iso18245),
            ("1001", CategorySource::Platform),
            ("9999", CategorySource::Platform),
        ];
        for (code, source) in rows {
            let category = MerchantCategory::from_code(code).unwrap_or_else(|| panic!("{code} is a category"));
            assert_eq!((category.source(), category.code().as_str()), (source, code));
            assert_eq!(category.is_other(), code == "9999");
        }
        for code in ["1003", "1023", "1048", "0000", "742", "2999", "4000", "7777", "55110", "", "551a", "+551"] {
            assert_eq!(MerchantCategory::from_code(code), None, "{code}");
        }
    }
}
