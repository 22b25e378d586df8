// swift-format-ignore-file
// Made from Data/duties.yaml; HATANG_RECORD=1 swift test --filter EmbeddedTextTests makes it again.

let dutiesText = #"""
# Duties per security level, in figures. Every figure has a mark and a source; read meta first.
meta:
  title_vi: Nghĩa vụ sao lưu, khôi phục, lưu nhật ký theo cấp độ
  title_en: Backup, recovery and log retention duties by security level
  marks:
    L: law or decree, primary text read
    S: standard, known from a secondary paraphrase
    G: official guidance
    C: the customer's documents
    D: default of this program, nobody's duty
  periods: a month is written 31d, a quarter 92d, half a year 183d, a year 366d, so that a calendar cadence is never late
  change_policy: every figure may be changed per system, with a reason that is recorded
sources:
  TCVN14423: TCVN 14423:2026, clauses 3.11, 4.11.2.4, 5.11.2, 6.11.2, 7.11.2, 7.12.2.2, paraphrased by a secondary source
  TT12: Circular 12/2022/TT-BTTTT, annexes II-V, part II 1.b
  GUIDE2024: guidance of the former Ministry of Information and Communications, six measures, 2024
  SEED-004: Lang Son province e-government architecture 2.0, updated 2023, section 2.5.7
  LOG-NOTE: a tender annex that quotes log retention of TCVN 11930:2017 per level
  TIERLORE: 'Uptime Institute Tier I-IV as the trade quotes them; the percentages are industry lore'
  DEFAULT: default of this program
figures:
  rpo_files:
    title_vi: RPO của tệp và cấu hình
    title_en: RPO of files and configuration
    levels:
      1: {value: 24h, mark: D, source: DEFAULT}
      2: {value: 24h, mark: D, source: DEFAULT}
      3: {value: 12h, mark: D, source: DEFAULT}
      4: {value: 4h, mark: D, source: DEFAULT}
      5: {value: 1h, mark: D, source: DEFAULT}
  rpo_database:
    title_vi: RPO của cơ sở dữ liệu
    title_en: RPO of databases
    levels:
      1: {value: 24h, mark: D, source: DEFAULT}
      2: {value: 24h, mark: D, source: DEFAULT}
      3: {value: 1h, mark: D, source: DEFAULT, note: 'log shipping'}
      4: {value: 15m, mark: D, source: DEFAULT}
      5: {value: 5m, mark: D, source: DEFAULT}
  rto:
    title_vi: RTO
    title_en: RTO
    levels:
      1: {value: 72h, mark: D, source: DEFAULT}
      2: {value: 24h, mark: G, source: GUIDE2024}
      3: {value: 8h, mark: D, source: DEFAULT, bound: {value: 24h, mark: G, source: GUIDE2024}}
      4: {value: 4h, mark: D, source: DEFAULT}
      5: {value: 1h, mark: D, source: DEFAULT}
  copies:
    title_vi: Số bản (kể cả bản đang dùng)
    title_en: Copies, the live one included
    levels:
      1: {value: 2, mark: D, source: DEFAULT}
      2: {value: 2, mark: D, source: DEFAULT}
      3: {value: 3, mark: S, source: TCVN14423}
      4: {value: 3, mark: S, source: TCVN14423}
      5: {value: 4, mark: D, source: DEFAULT, bound: {value: 3, mark: S, source: TCVN14423}}
  media:
    title_vi: Số loại phương tiện
    title_en: Kinds of media
    levels:
      1: {value: 1, mark: D, source: DEFAULT}
      2: {value: 2, mark: D, source: DEFAULT}
      3: {value: 2, mark: S, source: TCVN14423}
      4: {value: 2, mark: S, source: TCVN14423}
      5: {value: 2, mark: S, source: TCVN14423}
  separation:
    title_vi: Hạ tầng chứa bản sao
    title_en: Infrastructure that holds the copies
    levels:
      1: {value: none, mark: D, source: DEFAULT}
      2: {value: apart_from_production, mark: S, source: TCVN14423}
      3: {value: apart_from_production, mark: S, source: TCVN14423}
      4: {value: independent, mark: S, source: TCVN14423}
      5: {value: independent, mark: S, source: TCVN14423}
  offsite:
    title_vi: Bản sao ở nơi khác
    title_en: Offsite copy
    levels:
      1: {copies: 0, mark: D, source: DEFAULT}
      2: {copies: 1, every: 7d, mark: D, source: DEFAULT}
      3: {copies: 1, every: 1d, mark: S, source: TCVN14423, note: 'any other site; the daily cadence is our default'}
      4: {copies: 1, every: 1d, min_distance_km: 30, mark: S, source: TCVN14423, note: 'the distance and the cadence are our defaults'}
      5: {copies: 1, every: 1d, min_distance_km: 30, links: 2, standby_system: true, mark: L, source: TT12, note: 'links between main and secondary backup are [S]; the cadence is our default'}
  immutable:
    title_vi: Bản bất biến hoặc ngoại tuyến
    title_en: Immutable or offline copy
    levels:
      1: {copies: 0, mark: D, source: DEFAULT}
      2: {copies: 1, every: 31d, mark: D, source: DEFAULT}
      3: {copies: 1, every: 7d, mark: D, source: DEFAULT}
      4: {copies: 1, every: 1d, mark: D, source: DEFAULT}
      5: {copies: 1, continuous: true, mark: D, source: DEFAULT}
  encryption:
    title_vi: Mã hóa bản sao
    title_en: Encryption of copies
    levels:
      1: {value: offsite, mark: D, source: DEFAULT}
      2: {value: offsite_and_portable, mark: D, source: DEFAULT}
      3: {value: all, mark: D, source: DEFAULT, bound: {value: important_data, mark: S, source: TCVN14423}}
      4: {value: all_own_key, mark: D, source: DEFAULT, bound: {value: all, mark: S, source: TCVN14423}, note: 'the duty names all important and sensitive data'}
      5: {value: all_split_key_2_of_3, mark: D, source: DEFAULT, bound: {value: all, mark: S, source: TCVN14423}, note: 'the duty names all important and sensitive data'}
  verify_structure:
    title_vi: Kiểm tra cấu trúc kho sao lưu
    title_en: Check of the repository structure
    levels:
      1: {value: 31d, mark: D, source: DEFAULT}
      2: {value: 31d, mark: D, source: DEFAULT}
      3: {value: 7d, mark: D, source: DEFAULT}
      4: {value: 1d, mark: D, source: DEFAULT}
      5: {value: 1d, mark: D, source: DEFAULT}
  verify_full:
    title_vi: Đọc lại toàn bộ bản sao
    title_en: Full read of the copies
    levels:
      1: {value: 366d, mark: D, source: DEFAULT}
      2: {value: 183d, mark: D, source: DEFAULT}
      3: {value: 31d, mark: D, source: DEFAULT}
      4: {value: 31d, mark: D, source: DEFAULT}
      5: {value: 7d, mark: D, source: DEFAULT}
  restore_drill:
    title_vi: Diễn tập khôi phục
    title_en: Restore drill
    levels:
      1: {value: 366d, mark: D, source: DEFAULT, note: 'TCVN 14423 [S]: periodic, without a figure'}
      2: {value: 183d, mark: D, source: DEFAULT, note: 'TCVN 14423 [S]: periodic, without a figure'}
      3: {value: 92d, mark: D, source: DEFAULT, note: 'TCVN 14423 [S]: periodic, without a figure'}
      4: {value: 92d, mark: D, source: DEFAULT, bound: {value: 183d, mark: S, source: TCVN14423}}
      5: {value: 31d, mark: D, source: DEFAULT, bound: {value: 92d, mark: S, source: TCVN14423}}
  plan_exercise:
    title_vi: Diễn tập toàn bộ kế hoạch
    title_en: Full plan exercise
    levels:
      2: {value: 732d, mark: D, source: DEFAULT}
      3: {value: 366d, mark: D, source: DEFAULT}
      4: {value: 366d, mark: S, source: TCVN14423, note: 'incident exercise'}
      5: {value: 183d, mark: D, source: DEFAULT, bound: {value: 366d, mark: S, source: TCVN14423}}
  retention:
    title_vi: Giữ bản sao theo ngày/tuần/tháng/năm
    title_en: Daily, weekly, monthly, yearly copies kept
    levels:
      1: {daily: 7, weekly: 4, monthly: 0, yearly: 0, mark: D, source: DEFAULT}
      2: {daily: 7, weekly: 4, monthly: 3, yearly: 0, mark: D, source: DEFAULT}
      3: {daily: 14, weekly: 8, monthly: 12, yearly: 1, mark: D, source: DEFAULT}
      4: {daily: 30, weekly: 12, monthly: 12, yearly: 3, mark: D, source: DEFAULT}
      5: {daily: 30, weekly: 12, monthly: 24, yearly: 5, mark: D, source: DEFAULT}
  log_retention_months:
    title_vi: Lưu nhật ký (tháng)
    title_en: Log retention, months
    levels:
      1: {value: 1, mark: C, source: SEED-004, note: 'another source says the standard sets no minimum at level 1'}
      2: {value: 1, mark: S, source: LOG-NOTE}
      3: {value: 3, mark: S, source: LOG-NOTE}
      4: {value: 6, mark: S, source: LOG-NOTE}
      5: {value: 12, mark: S, source: LOG-NOTE}
  policy_review_months:
    title_vi: Rà soát quy chế (tháng)
    title_en: Policy review, months
    levels:
      1: {value: 12, mark: S, source: TCVN14423}
      2: {value: 12, mark: S, source: TCVN14423}
      3: {value: 12, mark: S, source: TCVN14423}
      4: {value: 12, mark: S, source: TCVN14423}
      5: {value: 12, mark: S, source: TCVN14423}
  network_standby:
    title_vi: Dự phòng thiết bị mạng
    title_en: Standby of network devices
    levels:
      1: {value: none, mark: D, source: DEFAULT}
      2: {value: spare, mark: L, source: TT12}
      3: {value: hot_standby, mark: L, source: TT12}
      4: {value: hot_standby, mark: L, source: TT12}
      5: {value: hot_standby_all, mark: L, source: TT12}
# Only this scheme has yearly figures. TIA-942 and TCVN 9250 grades are other schemes and are never translated.
tiers:
- {scheme: uptime, grade: 1, availability_percent: 99.671, yearly_budget: 28h48m, mark: D, source: TIERLORE}
- {scheme: uptime, grade: 2, availability_percent: 99.741, yearly_budget: 22h42m, mark: D, source: TIERLORE}
- {scheme: uptime, grade: 3, availability_percent: 99.982, yearly_budget: 1h36m, mark: D, source: TIERLORE}
- {scheme: uptime, grade: 4, availability_percent: 99.995, yearly_budget: 26m18s, mark: D, source: TIERLORE}

"""#
