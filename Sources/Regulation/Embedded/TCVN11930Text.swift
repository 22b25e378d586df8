// swift-format-ignore-file
// Made from Data/tcvn-11930-2017.yaml; HATANG_RECORD=1 swift test --filter EmbeddedTextTests makes it again.

let tcvn11930Text = #"""
# TCVN 11930:2017 controls, paraphrased. Read meta first.
meta:
  standard: TCVN 11930:2017
  title_vi: Yêu cầu cơ bản về an toàn hệ thống thông tin theo cấp độ
  title_en: Basic requirements for securing information systems by level
  regime: Decree 85/2016/ND-CP with Circular 12/2022/TT-BTTTT
  text_policy: every requirement is a paraphrase in our own words; the standard itself must be bought to quote it
  id_scheme: FAMILY-NN, numbered in the order of the clauses; an id never changes meaning, new points get new numbers
  clauses_note: clauses give the heading (level 1 = section 5 ... level 5 = section 9) as confirmed by annexes I-V of Circular 12/2022; the x.2.1.1 design heading is inferred because the circular replaces it with its own part II.1; lettered points are in points_inferred and are not confirmed
  probe_note: paths inside probes are paths on the probed host; CMDB means a fact of our own inventory; periods under default_* are defaults of our tool, not of the standard
  confidence_values: {confirmed: a listed source states the requirement at that level, topic_confirmed: 'a source names the topic under a heading confirmed for that level; wording, and that the point starts at this level, are recalled', recalled: only recollection supports it at that level, rule: confidence is "confirmed" only when every level of the control is confirmed; otherwise "recalled"; read confidence_by_level for the detail}
  physical_security: outside the basic requirements (Circular 12/2022 art. 9.2)
  counts:
    controls: 235
    by_level:
      1: {total: 55, confirmed: 11, recalled: 43, topic_confirmed: 1}
      2: {total: 110, confirmed: 19, recalled: 90, topic_confirmed: 1}
      3: {total: 204, confirmed: 67, recalled: 38, topic_confirmed: 99}
      4: {total: 229, confirmed: 34, recalled: 194, topic_confirmed: 1}
      5: {total: 234, confirmed: 36, recalled: 197, topic_confirmed: 1}
    by_confidence: {recalled: 201, confirmed: 34}
    by_evidence: {document: 49, semi: 82, automated: 104}
sources:
  TT12: {what: 'Circular 12/2022/TT-BTTTT, Official Gazette text (articles 1-17, annexes I-V)', kind: primary, where: 'public repository ldphuong-vn/vn-cyber-compliance, sources/van-ban-goc/toan-van/tt-12-2022-tt-btttt-chi-tiet-nd-85-2016.txt', proves: design zones and plans per level; clause numbers of every heading per level; articles 7-17}
  TT12-HEADINGS: {what: the clause tables of annexes I-V of Circular 12/2022, kind: primary, where: same file as TT12, proves: 'only that the heading (e.g. 7.2.2.1) exists at that level, not the point under it'}
  PUBCOPY-L3: {what: 'a form of a public program that repeats level-3 points of 7.2.1.4, 7.2.1.7 and 7.2.2.1-7.2.2.5 nearly word for word', kind: secondary, where: a copy in a public repository, proves: content and order of those level-3 points}
  DOSSIER-L3: {what: a table that splits the parts of a level-3 dossier of a ministry portal among the parties, kind: secondary, where: a copy in a public repository, proves: 'level-3 headings and the topics of outsourced software, acceptance, application, data'}
  SEED-004: {what: 'Lang Son province e-government architecture 2.0, updated 2023, sections 2.5.3-2.5.8', kind: primary_for_the_province, where: 004_8444b4f05349b60d.txt, proves: topics the province plans for each heading; log retention per level (2.5.7.1 d)}
  SEED-000: {what: 'Tuyen Quang province e-government architecture 2.0, section 6', kind: primary_for_the_province, where: 000_2bc2e51dac409d63.txt, proves: province practice; not used for clause content}
  LOG-NOTE: {what: a tender annex quoting the log retention of TCVN 11930 per level, kind: secondary, where: a copy in a public repository, proves: 'log retention levels 2-5 (1, 3, 6, 12 months); says level 1 has no minimum'}
  OWN-KNOWLEDGE: {what: 'the author''s recollection of TCVN 11930:2017', kind: recollection, where: none, proves: nothing; must be checked against the bought standard}
controls:
- id: POL-01
  clauses: {1: 5.1.1.1, 2: 6.1.1.1, 3: 7.1.1.1, 4: 8.1.1.1, 5: 9.1.1.1}
  points_inferred: {3: a}
  domain: management
  family: policy
  title_vi: Mục tiêu, nguyên tắc an toàn thông tin
  title_en: Security objectives and principles
  requirement_vi: Chính sách nói rõ tổ chức muốn đạt gì và theo nguyên tắc nào về an toàn thông tin.
  requirement_en: The policy states the organisation's security objectives and principles.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: issued policy with a section on objectives and principles
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: POL-02
  clauses: {1: 5.1.1.1, 2: 6.1.1.1, 3: 7.1.1.1, 4: 8.1.1.1, 5: 9.1.1.1}
  points_inferred: {3: b}
  domain: management
  family: policy
  title_vi: Trách nhiệm bảo đảm an toàn thông tin
  title_en: Security responsibilities
  requirement_vi: Chính sách nói rõ việc của đơn vị chuyên trách, của người làm an toàn và của mọi người liên quan.
  requirement_en: The policy states duties of the dedicated unit, of security staff and of those it binds.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: policy section on responsibilities
  probe: CMDB system roles owner, operator, security filled
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: POL-03
  clauses: {2: 6.1.1.1, 3: 7.1.1.1, 4: 8.1.1.1, 5: 9.1.1.1}
  points_inferred: {3: c}
  domain: management
  family: policy
  title_vi: Phạm vi chính sách
  title_en: Policy scope
  requirement_vi: 'Chính sách nói rõ áp dụng tới đâu: cơ sở vật chất, mạng, ứng dụng, dịch vụ, con người.'
  requirement_en: 'The policy sets its scope: physical and logical, applications and services, people.'
  levels: [2, 3, 4, 5]
  evidence: document
  document: policy scope lists every system of the CMDB scope
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: POL-04
  clauses: {1: 5.1.1.1, 2: 6.1.1.1, 3: 7.1.1.1, 4: 8.1.1.1, 5: 9.1.1.1}
  points_inferred: {3: d}
  domain: management
  family: policy
  title_vi: Chính sách bao trùm các mặt quản lý vận hành
  title_en: Policy covers the operation areas
  requirement_vi: Quy chế có nội dung cho từng mặt quản lý vận hành mà cấp đó đòi hỏi.
  requirement_en: The regulation has content for each operation area the level asks for.
  levels: [1, 2, 3, 4, 5]
  parameters:
    areas:
      1: [network, server_app, data]
      2: [network, server_app, data, incident, end_user]
      3: [network, server_app, data, endpoint, malware, monitoring, vulnerability, incident, end_user]
      4: [network, server_app, data, endpoint, malware, monitoring, vulnerability, incident, end_user]
      5: [network, server_app, data, endpoint, malware, monitoring, vulnerability, incident, end_user]
  evidence: document
  document: regulation has one chapter per area of parameters.areas
  confidence: recalled
  confidence_by_level: {1: topic_confirmed, 2: topic_confirmed, 3: topic_confirmed, 4: topic_confirmed, 5: topic_confirmed}
  source: [TT12, SEED-004, OWN-KNOWLEDGE]
  note_vi: Danh sách mặt quản lý theo cấp suy từ các đầu mục trong phụ lục Thông tư 12.
- id: POL-05
  clauses: {1: 5.1.1.2, 2: 6.1.1.2, 3: 7.1.1.2, 4: 8.1.1.2, 5: 9.1.1.2}
  points_inferred: {3: a}
  domain: management
  family: policy
  title_vi: Thông qua chính sách
  title_en: Approval of the policy
  requirement_vi: Người có thẩm quyền duyệt chính sách trước khi ban ra.
  requirement_en: The organisation or an authorised section approves the policy before it is published.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: signature date <= publication date
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: POL-06
  clauses: {1: 5.1.1.2, 2: 6.1.1.2, 3: 7.1.1.2, 4: 8.1.1.2, 5: 9.1.1.2}
  points_inferred: {3: b}
  domain: management
  family: policy
  title_vi: Công bố chính sách
  title_en: Publication of the policy
  requirement_vi: Chính sách đến tay người phải theo trước ngày áp dụng.
  requirement_en: The policy is published to those concerned before it applies.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: dispatch or publication record
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: POL-07
  clauses: {1: 5.1.1.3, 2: 6.1.1.3, 3: 7.1.1.3, 4: 8.1.1.3, 5: 9.1.1.3}
  points_inferred: {3: a}
  domain: management
  family: policy
  title_vi: Rà soát chính sách
  title_en: Policy review
  requirement_vi: Chính sách được xem lại theo kỳ hoặc khi có thay đổi.
  requirement_en: Periodically or on change, check that the policy still fits and update it.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_review_months: 12, default_origin: tool_default_not_from_standard}
  evidence: semi
  probe: 'CMDB: document[type=security_policy].last_review within the period set by the owner (tool default 12 months)'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Chu kỳ trong tiêu chuẩn không xác nhận được; đặt tham số do chủ quản quyết.
- id: POL-08
  clauses: {3: 7.1.1.3, 4: 8.1.1.3, 5: 9.1.1.3}
  points_inferred: {3: b}
  domain: management
  family: policy
  title_vi: Hồ sơ phản hồi khi áp dụng
  title_en: Feedback records
  requirement_vi: Giữ lại ý kiến của người áp dụng chính sách.
  requirement_en: Keep feedback from those who apply the policy.
  levels: [3, 4, 5]
  evidence: document
  document: feedback register
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: ORG-01
  clauses: {1: 5.1.2.1, 2: 6.1.2.1, 3: 7.1.2.1, 4: 8.1.2.1, 5: 9.1.2.1}
  points_inferred: {3: a}
  domain: management
  family: organisation
  title_vi: Đơn vị, bộ phận chuyên trách
  title_en: Dedicated unit
  requirement_vi: Có người hoặc bộ phận lo an toàn thông tin (cấp 1), có đơn vị hay bộ phận chuyên trách (từ cấp 2).
  requirement_en: A person or section is in charge (level 1), a dedicated security unit or section (from level 2).
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: decision
  probe: CMDB organisation.role=security_unit present
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Mức cấp 1 theo trí nhớ.
- id: ORG-02
  clauses: {3: 7.1.2.1, 4: 8.1.2.1, 5: 9.1.2.1}
  points_inferred: {3: b}
  domain: management
  family: organisation
  title_vi: Phân vai trong đơn vị chuyên trách
  title_en: Roles inside the unit
  requirement_vi: Trong đơn vị chuyên trách, ai làm gì và phối hợp ra sao được ghi rõ.
  requirement_en: Define roles, duties and cooperation of sections and staff inside the unit.
  levels: [3, 4, 5]
  evidence: document
  document: assignment table
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: ORG-03
  clauses: {1: 5.1.2.2, 2: 6.1.2.2, 3: 7.1.2.2, 4: 8.1.2.2, 5: 9.1.2.2}
  points_inferred: {3: a}
  domain: management
  family: organisation
  title_vi: Đầu mối với cơ quan quản lý
  title_en: Contact with the authorities
  requirement_vi: Biết liên hệ ai ở cơ quan quản lý an toàn thông tin.
  requirement_en: A contact works with the competent security authority.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: contact[role=authority_liaison] verified within 12 months'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: ORG-04
  clauses: {2: 6.1.2.2, 3: 7.1.2.2, 4: 8.1.2.2, 5: 9.1.2.2}
  points_inferred: {3: b}
  domain: management
  family: organisation
  title_vi: Đầu mối điều phối sự cố
  title_en: Contact for incident coordination
  requirement_vi: Biết liên hệ ai để được điều phối khi có sự cố.
  requirement_en: A contact works with bodies that help coordinate incidents.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: contact[role=incident_coordination] present'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: ORG-05
  clauses: {3: 7.1.2.2, 4: 8.1.2.2, 5: 9.1.2.2}
  points_inferred: {3: c}
  domain: management
  family: organisation
  title_vi: Tham gia hoạt động khi được yêu cầu
  title_en: Take part on request
  requirement_vi: Cơ quan quản lý yêu cầu thì cử người tham gia.
  requirement_en: Take part in security activities when the authority asks.
  levels: [3, 4, 5]
  evidence: document
  document: participation records
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-01
  clauses: {1: 5.1.3.1, 2: 6.1.3.1, 3: 7.1.3.1, 4: 8.1.3.1, 5: 9.1.3.1}
  points_inferred: {3: a}
  domain: management
  family: human_resources
  title_vi: Trình độ người được tuyển
  title_en: Qualification of recruits
  requirement_vi: Người được tuyển cho việc an toàn thông tin có chuyên môn hợp vị trí.
  requirement_en: People hired for security posts have fitting expertise.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: diplomas and job description
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-02
  clauses: {3: 7.1.3.1, 4: 8.1.3.1, 5: 9.1.3.1}
  points_inferred: {3: b}
  domain: management
  family: human_resources
  title_vi: Quy định tuyển dụng
  title_en: Recruitment rule
  requirement_vi: Tuyển người theo quy định và điều kiện đã viết.
  requirement_en: Rules, procedure and conditions of recruitment exist.
  levels: [3, 4, 5]
  evidence: document
  document: rule
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-03
  clauses: {4: 8.1.3.1, 5: 9.1.3.1}
  domain: management
  family: human_resources
  title_vi: Đánh giá trình độ bởi chuyên gia
  title_en: Expert assessment of candidates
  requirement_vi: Người có chuyên môn sát hạch ứng viên.
  requirement_en: Experts or a panel assess candidates' competence.
  levels: [4, 5]
  evidence: document
  document: minutes of the panel
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: HR-04
  clauses: {1: 5.1.3.2, 2: 6.1.3.2, 3: 7.1.3.2, 4: 8.1.3.2, 5: 9.1.3.2}
  points_inferred: {3: a}
  domain: management
  family: human_resources
  title_vi: Trách nhiệm trong quá trình làm việc
  title_en: Duties while employed
  requirement_vi: Người dùng, người quản lý, người vận hành đều có trách nhiệm an toàn được viết ra.
  requirement_en: Rules state security duties of users, managers and operators.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: regulation, signed acknowledgement
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-05
  clauses: {2: 6.1.3.2, 3: 7.1.3.2, 4: 8.1.3.2, 5: 9.1.3.2}
  points_inferred: {3: b}
  domain: management
  family: human_resources
  title_vi: Tuyên truyền nâng cao nhận thức
  title_en: Awareness
  requirement_vi: Người dùng được phổ biến, nhắc nhở về an toàn; từ cấp 3 theo kế hoạch mỗi năm.
  requirement_en: Raise users' awareness; from level 3 by a yearly plan.
  levels: [2, 3, 4, 5]
  parameters:
    awareness_months: {3: 12, 4: 12, 5: 12}
  evidence: semi
  probe: 'CMDB: training[kind=awareness].date within 12 months'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-06
  clauses: {3: 7.1.3.2, 4: 8.1.3.2, 5: 9.1.3.2}
  points_inferred: {3: c}
  domain: management
  family: human_resources
  title_vi: Đào tạo ba nhóm hằng năm
  title_en: Yearly training of three groups
  requirement_vi: 'Mỗi năm đào tạo đủ ba nhóm: kỹ thuật, quản lý, người dùng.'
  requirement_en: 'Plan and give yearly training to three groups: technical staff, managers, users.'
  levels: [3, 4, 5]
  parameters:
    training_months: {3: 12, 4: 12, 5: 12}
    groups: [technical, manager, user]
  evidence: semi
  probe: 'CMDB: training.date within 12 months for each group in {technical, manager, user}'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-07
  clauses: {1: 5.1.3.3, 2: 6.1.3.3, 3: 7.1.3.3, 4: 8.1.3.3, 5: 9.1.3.3}
  points_inferred: {3: a}
  domain: management
  family: human_resources
  title_vi: Thu hồi tài sản khi nghỉ, chuyển việc
  title_en: Recover assets on leaving
  requirement_vi: Người nghỉ hay chuyển việc trả thẻ, thông tin, thiết bị, phần mềm, tài sản.
  requirement_en: Recover cards, information, equipment, software and other assets when staff leave or move.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: count(asset.holder in leavers)=0; doc: hand-over minutes'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-08
  clauses: {2: 6.1.3.3, 3: 7.1.3.3, 4: 8.1.3.3, 5: 9.1.3.3}
  points_inferred: {3: b}
  domain: management
  family: human_resources
  title_vi: Vô hiệu quyền khi thôi việc
  title_en: Disable rights on leaving
  requirement_vi: Người thôi việc mất mọi quyền ra vào, vào hệ thống, quản trị, theo quy trình.
  requirement_en: A procedure disables all entry, access and admin rights after staff leave.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH x CMDB: for each leaver, passwd -S <user> = L or getent passwd empty; VPN/IdP state disabled'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: HR-09
  clauses: {3: 7.1.3.3, 4: 8.1.3.3, 5: 9.1.3.3}
  points_inferred: {3: c}
  domain: management
  family: human_resources
  title_vi: Cam kết giữ bí mật sau khi nghỉ
  title_en: Confidentiality after leaving
  requirement_vi: Người nghỉ cam kết không lộ thông tin của tổ chức.
  requirement_en: Staff undertake to keep information secret after leaving.
  levels: [3, 4, 5]
  evidence: document
  document: signed undertakings
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-01
  clauses: {1: 5.1.4.1, 2: 6.1.4.1, 3: 7.1.4.1, 4: 8.1.4.1, 5: 9.1.4.1}
  points_inferred: {3: a}
  domain: management
  family: design_build
  title_vi: Tài liệu quy mô, phạm vi, đối tượng
  title_en: Scale, scope and users document
  requirement_vi: Tài liệu cho biết hệ thống lớn đến đâu, phục vụ ai, ai vận hành.
  requirement_en: A document describes scale, scope and who uses, exploits, manages and operates.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: system.scope, user_count, operator, owner not null; doc: overview'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [TT12, SEED-004, OWN-KNOWLEDGE]
- id: DEV-02
  clauses: {1: 5.1.4.1, 2: 6.1.4.1, 3: 7.1.4.1, 4: 8.1.4.1, 5: 9.1.4.1}
  points_inferred: {3: b}
  domain: management
  family: design_build
  title_vi: Tài liệu thiết kế, thành phần
  title_en: Design and components document
  requirement_vi: Tài liệu cho biết hệ thống được thiết kế thế nào, gồm những gì.
  requirement_en: A document describes the design and components.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: system has topology diagram, device list, application list, address plan (Circular 12 art. 8)'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [TT12, SEED-004, OWN-KNOWLEDGE]
- id: DEV-03
  clauses: {2: 6.1.4.1, 3: 7.1.4.1, 4: 8.1.4.1, 5: 9.1.4.1}
  points_inferred: {3: c}
  domain: management
  family: design_build
  title_vi: Tài liệu phương án theo cấp độ
  title_en: Level-based security plan
  requirement_vi: Tài liệu cho biết bảo đảm an toàn theo cấp độ bằng cách nào.
  requirement_en: A document describes the security plan by level.
  levels: [2, 3, 4, 5]
  evidence: document
  document: approved dossier with plan explanation
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-04
  clauses: {3: 7.1.4.1, 4: 8.1.4.1, 5: 9.1.4.1}
  points_inferred: {3: d}
  domain: management
  family: design_build
  title_vi: Tài liệu chọn giải pháp công nghệ
  title_en: Technology choice document
  requirement_vi: Tài liệu giải thích vì sao chọn công nghệ bảo đảm an toàn đó.
  requirement_en: A document explains the choice of security technology.
  levels: [3, 4, 5]
  evidence: document
  document: technology choice section
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-05
  clauses: {2: 6.1.4.1, 3: 7.1.4.1, 4: 8.1.4.1, 5: 9.1.4.1}
  domain: management
  family: design_build
  title_vi: Đánh giá lại khi đổi thiết kế
  title_en: Re-assess on design change
  requirement_vi: Sửa thiết kế thì xét lại có còn đạt yêu cầu an toàn.
  requirement_en: When the design changes, re-assess its fit with the requirements.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: change[type=design] has reassessment record'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-06
  clauses: {4: 8.1.4.1, 5: 9.1.4.1}
  domain: management
  family: design_build
  title_vi: Bảo vệ hồ sơ thiết kế
  title_en: Protect design files
  requirement_vi: Hồ sơ thiết kế được giữ kín và quản lý.
  requirement_en: A plan manages and protects design files.
  levels: [4, 5]
  evidence: document
  document: rule
  probe: CMDB document ACL
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-07
  clauses: {4: 8.1.4.1, 5: 9.1.4.1}
  domain: management
  family: design_build
  title_vi: Chuyên gia đánh giá thiết kế
  title_en: Expert design review
  requirement_vi: Người có chuyên môn xem thiết kế, biện pháp an toàn trước khi làm.
  requirement_en: A professional section or experts review design and measures before deployment.
  levels: [4, 5]
  evidence: document
  document: review minutes dated before deployment
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Có thể bắt đầu từ cấp 3; cần đối chiếu bản gốc.
- id: DEV-08
  clauses: {2: 6.1.4.2, 3: 7.1.4.2, 4: 8.1.4.2, 5: 9.1.4.2}
  points_inferred: {3: a}
  domain: management
  family: design_build
  title_vi: Hợp đồng phần mềm thuê khoán
  title_en: Outsourced software contract
  requirement_vi: Thuê làm phần mềm phải có hợp đồng, biên bản, cam kết.
  requirement_en: Minutes, contract and undertakings bind the outsourced developer.
  levels: [2, 3, 4, 5]
  evidence: document
  document: contract and undertaking
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-09
  clauses: {2: 6.1.4.2, 3: 7.1.4.2, 4: 8.1.4.2, 5: 9.1.4.2}
  points_inferred: {3: b}
  domain: management
  family: design_build
  title_vi: Bàn giao mã nguồn
  title_en: Source code delivery
  requirement_vi: Nhà phát triển phải giao mã nguồn.
  requirement_en: The developer must supply source code.
  levels: [2, 3, 4, 5]
  evidence: document
  document: hand-over minutes
  probe: CMDB application.source_repo not null
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-10
  clauses: {3: 7.1.4.2, 4: 8.1.4.2, 5: 9.1.4.2}
  points_inferred: {3: c}
  domain: management
  family: design_build
  title_vi: Kiểm thử trên môi trường thử nghiệm
  title_en: Test in a test environment
  requirement_vi: Phần mềm được thử ở môi trường riêng và nghiệm thu rồi mới dùng.
  requirement_en: Software is tested in a test environment and accepted before use.
  levels: [3, 4, 5]
  evidence: document
  document: test report
  probe: CMDB test environment linked
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-11
  clauses: {3: 7.1.4.2, 4: 8.1.4.2, 5: 9.1.4.2}
  points_inferred: {3: d}
  domain: management
  family: design_build
  title_vi: Đánh giá an toàn trước khi dùng
  title_en: Security check before use
  requirement_vi: An toàn của phần mềm được soát rồi mới dùng.
  requirement_en: The software's security is checked before use.
  levels: [3, 4, 5]
  evidence: document
  document: security test report dated before go-live
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-12
  clauses: {4: 8.1.4.2, 5: 9.1.4.2}
  domain: management
  family: design_build
  title_vi: Đánh giá lại khi đổi mã nguồn
  title_en: Re-check on code change
  requirement_vi: Đổi mã hay kiến trúc thì soát an toàn lại.
  requirement_en: When code or architecture changes, check security again.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: release has security_check id'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-13
  clauses: {4: 8.1.4.2, 5: 9.1.4.2}
  domain: management
  family: design_build
  title_vi: Cam kết bí mật, bản quyền
  title_en: Secrecy and copyright undertaking
  requirement_vi: Nhà phát triển cam kết giữ kín và bảo đảm bản quyền.
  requirement_en: The developer undertakes secrecy and copyright.
  levels: [4, 5]
  evidence: document
  document: undertaking
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-14
  clauses: {1: 5.1.4.2, 2: 6.1.4.3, 3: 7.1.4.3, 4: 8.1.4.3, 5: 9.1.4.3}
  points_inferred: {3: a}
  domain: management
  family: design_build
  title_vi: Thử nghiệm, nghiệm thu trước khi dùng
  title_en: Test and accept before use
  requirement_vi: Hệ thống được thử, nghiệm thu rồi mới bàn giao và dùng.
  requirement_en: The system is tested and accepted before hand-over and use.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: acceptance.date <= system.go_live'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-15
  clauses: {2: 6.1.4.3, 3: 7.1.4.3, 4: 8.1.4.3, 5: 9.1.4.3}
  points_inferred: {3: b}
  domain: management
  family: design_build
  title_vi: Kế hoạch, quy trình nghiệm thu
  title_en: Acceptance plan and procedure
  requirement_vi: Thử và nghiệm thu theo nội dung, kế hoạch, quy trình đã viết.
  requirement_en: Contents, plan and procedure of test and acceptance exist.
  levels: [2, 3, 4, 5]
  evidence: document
  document: plan
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-16
  clauses: {2: 6.1.4.3, 3: 7.1.4.3, 4: 8.1.4.3, 5: 9.1.4.3}
  points_inferred: {3: c}
  domain: management
  family: design_build
  title_vi: Bộ phận nghiệm thu
  title_en: Acceptance section
  requirement_vi: Một bộ phận chịu trách nhiệm thử và nghiệm thu.
  requirement_en: A section is responsible for test and acceptance.
  levels: [2, 3, 4, 5]
  evidence: document
  document: decision
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-17
  clauses: {3: 7.1.4.3, 4: 8.1.4.3, 5: 9.1.4.3}
  points_inferred: {3: d}
  domain: management
  family: design_build
  title_vi: Giám sát độc lập
  title_en: Independent supervision
  requirement_vi: Bên độc lập tư vấn, giám sát lúc thử, nghiệm thu.
  requirement_en: A third party or independent section advises on and supervises test and acceptance.
  levels: [3, 4, 5]
  evidence: document
  document: contract or decision
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DEV-18
  clauses: {3: 7.1.4.3, 4: 8.1.4.3, 5: 9.1.4.3}
  points_inferred: {3: e}
  domain: management
  family: design_build
  title_vi: Phê duyệt báo cáo nghiệm thu
  title_en: Approved acceptance report
  requirement_vi: Báo cáo nghiệm thu có xác nhận của bộ phận chuyên trách và được chủ quản duyệt rồi mới dùng.
  requirement_en: The dedicated section confirms and the owner approves the acceptance report before use.
  levels: [3, 4, 5]
  evidence: document
  document: approved report
  probe: CMDB go_live >= approval date
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-NET-01
  clauses: {1: 5.1.5.1, 2: 6.1.5.1, 3: 7.1.5.1, 4: 8.1.5.1, 5: 9.1.5.1}
  points_inferred: {3: a}
  domain: management
  family: operation_network
  title_vi: Vận hành bình thường của mạng
  title_en: Normal network operation
  requirement_vi: Có quy trình cho công việc hằng ngày của mạng.
  requirement_en: Rules and procedures govern normal operation of the network.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: procedure
  probe: CMDB network runbook linked
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-NET-02
  clauses: {2: 6.1.5.1, 3: 7.1.5.1, 4: 8.1.5.1, 5: 9.1.5.1}
  points_inferred: {3: b}
  domain: management
  family: operation_network
  title_vi: Cập nhật, sao lưu, khôi phục hệ thống
  title_en: Update, back up, recover
  requirement_vi: Có quy trình nâng cấp, giữ bản dự phòng và dựng lại mạng khi gặp sự cố.
  requirement_en: A procedure updates, backs up and recovers the system after incidents.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: running-config backup of each device age <= 7 days and a restore procedure linked'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-NET-03
  clauses: {2: 6.1.5.1, 3: 7.1.5.1, 4: 8.1.5.1, 5: 9.1.5.1}
  points_inferred: {3: c}
  domain: management
  family: operation_network
  title_vi: Truy cập, quản lý cấu hình mạng
  title_en: Access and configuration management
  requirement_vi: Ai được vào và sửa cấu hình mạng, sửa thế nào, đều có quy trình.
  requirement_en: A procedure governs access to and configuration of network devices.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: every config diff maps to an approved change id'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-NET-04
  clauses: {3: 7.1.5.1, 4: 8.1.5.1, 5: 9.1.5.1}
  points_inferred: {3: d}
  domain: management
  family: operation_network
  title_vi: Cứng hóa thiết bị trước vận hành
  title_en: Harden devices before operation
  requirement_vi: Thiết bị mạng được gia cố cấu hình trước ngày đưa vào chạy.
  requirement_en: Optimise and harden system devices before operation.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB: device baseline check passed_at <= in_service_at; CLI baseline rules all pass'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-01
  clauses: {1: 5.1.5.2, 2: 6.1.5.2, 3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: a}
  domain: management
  family: operation_server_app
  title_vi: Vận hành bình thường máy chủ, dịch vụ
  title_en: Normal server operation
  requirement_vi: Có quy trình cho công việc hằng ngày của máy chủ, dịch vụ.
  requirement_en: A procedure governs normal operation of servers and services.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: procedure
  probe: CMDB server runbook linked
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-02
  clauses: {2: 6.1.5.2, 3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: b}
  domain: management
  family: operation_server_app
  title_vi: Truy cập mạng của máy chủ
  title_en: Servers' network access
  requirement_vi: Việc máy chủ nối ra mạng được quản lý theo quy trình.
  requirement_en: Servers' network access is managed.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'SSH: nft list chain inet filter output (or firewall egress rules) lists named destinations, default drop or reviewed'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-03
  clauses: {1: 5.1.5.2, 2: 6.1.5.2, 3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: c}
  domain: management
  family: operation_server_app
  title_vi: Truy cập, quản trị máy chủ và ứng dụng
  title_en: Access and administration
  requirement_vi: Việc truy cập, quản trị máy chủ, ứng dụng theo quy trình.
  requirement_en: Access and administration of servers and applications are managed.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: admin accounts per server equal getent group sudo wheel on the host'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-04
  clauses: {2: 6.1.5.2, 3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: d}
  domain: management
  family: operation_server_app
  title_vi: Cập nhật, sao lưu, khôi phục máy chủ
  title_en: Update, back up, recover servers
  requirement_vi: Có quy trình nâng cấp, giữ bản dự phòng và dựng lại máy chủ khi gặp sự cố.
  requirement_en: A procedure updates, backs up and recovers servers and applications after incidents.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: each server has backup job with success age <= frequency and patch group'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-05
  clauses: {3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: e}
  domain: management
  family: operation_server_app
  title_vi: Cài, gỡ hệ điều hành, phần mềm
  title_en: Install and remove software
  requirement_vi: Thêm, bớt hệ điều hành, dịch vụ, phần mềm đều theo quy trình.
  requirement_en: Installing and removing OS, services, software is managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'SSH: journal of apt/dnf (/var/log/dpkg.log, dnf history) entries map to change ids'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-06
  clauses: {3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: f}
  domain: management
  family: operation_server_app
  title_vi: Nối, gỡ máy chủ và dịch vụ
  title_en: Connect and remove servers
  requirement_vi: Cắm thêm hay rút máy chủ, dịch vụ khỏi hệ thống đều theo quy trình.
  requirement_en: Connecting and removing servers and services is managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: discovery diff (new/missing host) maps to change id'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-SRV-07
  clauses: {3: 7.1.5.2, 4: 8.1.5.2, 5: 9.1.5.2}
  points_inferred: {3: g}
  domain: management
  family: operation_server_app
  title_vi: Cứng hóa máy chủ trước vận hành
  title_en: Harden servers before operation
  requirement_vi: Máy chủ được gia cố cấu hình trước ngày đưa vào chạy.
  requirement_en: Optimise and harden servers before operation.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: baseline scan (oscap xccdf eval) score >= policy, passed_at <= in_service_at'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-01
  clauses: {3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: a}
  domain: management
  family: operation_data
  title_vi: Yêu cầu với phương pháp mã hóa
  title_en: Requirements on encryption methods
  requirement_vi: Nêu rõ cách mã hóa nào được dùng.
  requirement_en: State security requirements on encryption methods.
  levels: [3, 4, 5]
  evidence: document
  document: rule naming allowed algorithms and key lengths
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-02
  clauses: {3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: b}
  domain: management
  family: operation_data
  title_vi: Quản lý khóa bí mật, dữ liệu mã hóa
  title_en: Keys and encrypted data
  requirement_vi: Khóa và dữ liệu đã mã hóa được phân loại, giữ và dùng theo quy định.
  requirement_en: Classify, manage and use secret keys and encrypted data.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: each key/certificate has class, holder, expiry; none expired'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-03
  clauses: {3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: c}
  domain: management
  family: operation_data
  title_vi: Cơ chế mã hóa, kiểm tra nguyên vẹn
  title_en: Encryption and integrity mechanism
  requirement_vi: Nêu rõ việc mã hóa và kiểm toàn vẹn thực hiện thế nào.
  requirement_en: State the encryption and integrity-check mechanism.
  levels: [3, 4, 5]
  evidence: document
  document: rule
  probe: CMDB dataset.encryption and integrity set for important data
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-04
  clauses: {2: 6.1.5.3, 3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: d}
  domain: management
  family: operation_data
  title_vi: Trao đổi dữ liệu
  title_en: Data exchange
  requirement_vi: Gửi, nhận dữ liệu qua mạng hay phương tiện rời theo quy định.
  requirement_en: Exchange of data over networks and media is managed.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: flows list channel and encryption; doc: media rule'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-05
  clauses: {1: 5.1.5.3, 2: 6.1.5.3, 3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: e}
  domain: management
  family: operation_data
  title_vi: Sao lưu, khôi phục dữ liệu
  title_en: Back up and restore data
  requirement_vi: Quy định sao lưu nói rõ nhịp, phương tiện, thời gian giữ, cách làm và cách khôi phục.
  requirement_en: 'State backup and restore: frequency, media, retention, method.'
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: every dataset has a policy with frequency, media, retention, method and a last restore test'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-DATA-06
  clauses: {3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: f}
  domain: management
  family: operation_data
  title_vi: Đồng bộ hệ sao lưu chính và phụ
  title_en: Main and secondary backup in step
  requirement_vi: Hệ sao lưu phụ luôn theo kịp hệ sao lưu chính.
  requirement_en: Keep data in step between main and secondary backup systems.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Backup API: replication/copy job last success age <= policy and lag <= policy'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu chưa xác nhận.
- id: OPS-DATA-07
  clauses: {2: 6.1.5.3, 3: 7.1.5.3, 4: 8.1.5.3, 5: 9.1.5.3}
  points_inferred: {3: g}
  domain: management
  family: operation_data
  title_vi: Sao lưu định kỳ hoặc khi đổi cấu hình
  title_en: Back up periodically or on change
  requirement_vi: 'Theo định kỳ hoặc mỗi lần đổi cấu hình, giữ bản dự phòng của: cấu hình, ảnh hệ điều hành, cơ sở dữ liệu, dữ liệu nghiệp vụ.'
  requirement_en: Periodically or on configuration change, back up configuration files, OS image, databases, business data.
  levels: [2, 3, 4, 5]
  parameters:
    data_kinds: [config, os_image, database, business_data]
  evidence: automated
  probe: 'CMDB: for each of four kinds last success age <= frequency and a run exists after the last approved change'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-END-01
  clauses: {3: 7.1.5.4, 4: 8.1.5.4, 5: 9.1.5.4}
  points_inferred: {3: a}
  domain: management
  family: operation_endpoint
  title_vi: Vận hành thiết bị đầu cuối
  title_en: Endpoint operation
  requirement_vi: Có quy trình cho việc dùng hằng ngày của máy đầu cuối.
  requirement_en: Normal operation of endpoints is managed.
  levels: [3, 4, 5]
  evidence: document
  document: procedure
  probe: CMDB endpoint inventory
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-END-02
  clauses: {3: 7.1.5.4, 4: 8.1.5.4, 5: 9.1.5.4}
  points_inferred: {3: b}
  domain: management
  family: operation_endpoint
  title_vi: Kết nối, sử dụng từ xa
  title_en: Remote use of endpoints
  requirement_vi: Dùng máy đầu cuối từ xa theo quy trình.
  requirement_en: Remote connection, access and use of endpoints are managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'VPN gateway: remote users are named, MFA on, posture policy bound'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-END-03
  clauses: {3: 7.1.5.4, 4: 8.1.5.4, 5: 9.1.5.4}
  points_inferred: {3: c}
  domain: management
  family: operation_endpoint
  title_vi: Cài, nối, gỡ thiết bị đầu cuối
  title_en: Install, connect, remove endpoints
  requirement_vi: Cài, cắm, rút máy đầu cuối theo quy trình.
  requirement_en: Installing, connecting and removing endpoints is managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'SNMP FDB x CMDB: endpoint MACs not in CMDB = 0'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-END-04
  clauses: {3: 7.1.5.4, 4: 8.1.5.4, 5: 9.1.5.4}
  points_inferred: {3: d}
  domain: management
  family: operation_endpoint
  title_vi: Cứng hóa máy người dùng
  title_en: Harden user machines
  requirement_vi: Máy người dùng được gia cố cấu hình.
  requirement_en: Optimise and harden users' computers.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'Endpoint tool: baseline score per PC >= policy'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-END-05
  clauses: {3: 7.1.5.4, 4: 8.1.5.4, 5: 9.1.5.4}
  points_inferred: {3: e}
  domain: management
  family: operation_endpoint
  title_vi: Xử lý điểm yếu thiết bị đầu cuối
  title_en: Endpoint weaknesses
  requirement_vi: Điểm yếu của máy đầu cuối được tìm và xử lý trước khi dùng.
  requirement_en: Check, assess and treat endpoint weaknesses before use.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: vuln_scan for endpoint before in_service_at, open critical=0'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MAL-01
  clauses: {3: 7.1.5.5, 4: 8.1.5.5, 5: 9.1.5.5}
  points_inferred: {3: a}
  domain: management
  family: operation_malware
  title_vi: Cài, cập nhật, dùng phần mềm chống mã độc
  title_en: Install, update, use anti-malware
  requirement_vi: Cài, dùng và làm mới phần mềm chống mã độc theo quy định.
  requirement_en: Installing, updating and using anti-malware is managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: agent coverage 100%; signature age <= 24 h'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MAL-02
  clauses: {3: 7.1.5.5, 4: 8.1.5.5, 5: 9.1.5.5}
  points_inferred: {3: b}
  domain: management
  family: operation_malware
  title_vi: Cài phần mềm và truy cập trang mạng
  title_en: Software use and web access
  requirement_vi: Cài phần mềm trên máy, điện thoại và vào trang mạng theo quy định.
  requirement_en: Installing and using software on computers and mobiles and visiting web pages is managed.
  levels: [3, 4, 5]
  evidence: document
  document: rule; web filter policy
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MAL-03
  clauses: {3: 7.1.5.5, 4: 8.1.5.5, 5: 9.1.5.5}
  points_inferred: {3: c}
  domain: management
  family: operation_malware
  title_vi: Gửi, nhận tệp
  title_en: File exchange
  requirement_vi: Gửi, nhận tệp qua mạng hay phương tiện rời theo quy định.
  requirement_en: Sending and receiving files over networks and removable media is managed.
  levels: [3, 4, 5]
  evidence: document
  document: rule; USB policy state from endpoint tool
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MAL-04
  clauses: {3: 7.1.5.5, 4: 8.1.5.5, 5: 9.1.5.5}
  points_inferred: {3: d}
  domain: management
  family: operation_malware
  title_vi: Dò quét toàn hệ thống
  title_en: Whole-system scan
  requirement_vi: Theo định kỳ, dò mã độc trên mọi máy của hệ thống.
  requirement_en: Scan the whole system for malware periodically.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'AV console/SSH: last full scan per host <= policy days (e.g. clamscan timer last success)'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MAL-05
  clauses: {3: 7.1.5.5, 4: 8.1.5.5, 5: 9.1.5.5}
  points_inferred: {3: d}
  domain: management
  family: operation_malware
  title_vi: Xử lý khi phát hiện
  title_en: Handle detections
  requirement_vi: Thấy dấu hiệu hay cảnh báo mã độc thì kiểm và xử lý ngay.
  requirement_en: Check and handle malware on signs or alerts.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: malware alerts open > SLA = 0'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-01
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: a}
  domain: management
  family: operation_monitoring
  title_vi: Vận hành hệ thống giám sát
  title_en: Operate the monitoring system
  requirement_vi: Có quy trình cho việc chạy hằng ngày của hệ giám sát.
  requirement_en: Normal operation of the monitoring system is managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: monitoring system has its own self-check alerts; doc: runbook'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-02
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: b}
  domain: management
  family: operation_monitoring
  title_vi: Đối tượng giám sát
  title_en: Monitored objects
  requirement_vi: Hệ giám sát phủ thiết bị, máy chủ, ứng dụng, dịch vụ.
  requirement_en: Monitor system devices, servers, applications, services and other parts.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB x SIEM: assets of those kinds without log source = 0'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-03
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: c}
  domain: management
  family: operation_monitoring
  title_vi: Gửi nhật ký về hệ thống giám sát
  title_en: Send logs to monitoring
  requirement_vi: Đối tượng giám sát phải nối và đẩy nhật ký về.
  requirement_en: Monitored objects connect and send logs to the monitoring system.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Log store: last event per source <= 15 min; SSH: rsyslog/journal-upload target set'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-04
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: d}
  domain: management
  family: operation_monitoring
  title_vi: Truy cập, quản trị hệ thống giám sát
  title_en: Access to the monitoring system
  requirement_vi: Việc truy cập, quản trị hệ giám sát có quy trình.
  requirement_en: Access and administration of the monitoring system are managed.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'SIEM API: admin users equal CMDB list, MFA on'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-05
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: e}
  domain: management
  family: operation_monitoring
  title_vi: Loại thông tin giám sát
  title_en: Kinds of information
  requirement_vi: Định rõ phải theo dõi những loại thông tin nào.
  requirement_en: Kinds of information to monitor are set.
  levels: [3, 4, 5]
  evidence: document
  document: list; log store parsers present for each kind
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-06
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: f}
  domain: management
  family: operation_monitoring
  title_vi: Lưu trữ, bảo vệ thông tin giám sát
  title_en: Keep and protect monitoring data
  requirement_vi: Dữ liệu giám sát được giữ và bảo vệ.
  requirement_en: Monitoring information is stored and protected.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'Log store: retention >= parameters of NET-LOG-06, access restricted, backup job present'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-07
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: g}
  domain: management
  family: operation_monitoring
  title_vi: Đồng bộ thời gian hệ giám sát
  title_en: Time sync of monitoring
  requirement_vi: Hệ giám sát và đối tượng giám sát chạy cùng một giờ.
  requirement_en: The monitoring system and monitored devices keep the same time.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: chronyc tracking on collector and sources uses the same NTP set, offset < 1 s'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-08
  clauses: {3: 7.1.5.6, 4: 8.1.5.6, 5: 9.1.5.6}
  points_inferred: {3: h}
  domain: management
  family: operation_monitoring
  title_vi: Theo dõi, cảnh báo sự cố
  title_en: Watch and alert
  requirement_vi: Sự cố thấy được phải báo và theo đến cùng.
  requirement_en: Watch, monitor and alert on incidents found.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'SIEM API: alert rules enabled>0; alerts acknowledged within SLA'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-MON-09
  clauses: {4: 8.1.5.6, 5: 9.1.5.6}
  domain: management
  family: operation_monitoring
  title_vi: Nguồn lực giám sát 24/7
  title_en: 24/7 monitoring staff
  requirement_vi: Có người trực giám sát 24/7.
  requirement_en: Staff and organise monitoring round the clock.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: duty roster covers 168 h/week; doc: SOC contract'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Hạt giống 004 nêu bố trí nguồn lực giám sát ở cấp 3 và SOC 24/7 nhưng không gắn với cấp.
- id: OPS-VUL-01
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: a}
  domain: management
  family: operation_vulnerability
  title_vi: Thành phần có thể có điểm yếu
  title_en: Components that may be weak
  requirement_vi: 'Biết thành phần nào có thể mang điểm yếu: thiết bị, hệ điều hành, máy chủ, ứng dụng, dịch vụ.'
  requirement_en: 'Keep information on components that may be weak: devices, OS, servers, applications, services.'
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH+SNMP: installed package and firmware (sysDescr) versions collected for 100% assets'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-VUL-02
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: b}
  domain: management
  family: operation_vulnerability
  title_vi: Nguồn tin điểm yếu
  title_en: Weakness sources
  requirement_vi: Nguồn tin về điểm yếu được chọn và làm mới.
  requirement_en: Manage and update sources of weakness information.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: feeds configured, last import <= 7 days'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-VUL-03
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: b}
  domain: management
  family: operation_vulnerability
  title_vi: Phân nhóm, mức độ điểm yếu
  title_en: Group and rate weaknesses
  requirement_vi: Điểm yếu được chia nhóm và chấm mức.
  requirement_en: Group and rate weaknesses.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: finding.severity and group not null'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-VUL-04
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: c}
  domain: management
  family: operation_vulnerability
  title_vi: Phối hợp chuyên gia
  title_en: Work with experts
  requirement_vi: Xác định trước chuyên gia, bên cung cấp sẽ nhờ khi xử lý.
  requirement_en: A mechanism works with experts and providers to treat weaknesses.
  levels: [3, 4, 5]
  evidence: document
  document: contracts, contact list
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-VUL-05
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: d}
  domain: management
  family: operation_vulnerability
  title_vi: Kiểm tra điểm yếu trước khi dùng
  title_en: Check before use
  requirement_vi: Thiết bị, máy chủ, dịch vụ được soát điểm yếu rồi mới đem dùng.
  requirement_en: Check, assess and treat weaknesses of devices, servers, services before use.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: vuln_scan.finished_at <= in_service_at and open critical=0'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-VUL-06
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: e}
  domain: management
  family: operation_vulnerability
  title_vi: Đánh giá điểm yếu định kỳ
  title_en: Periodic assessment
  requirement_vi: Cả hệ thống được soát điểm yếu theo định kỳ, và khi có cảnh báo.
  requirement_en: Assess weaknesses of the whole system periodically and on alerts.
  levels: [3, 4, 5]
  parameters: {province_practice_months: 6}
  evidence: automated
  probe: 'CMDB: vuln_scan.finished_at within owner''s period (province practice: 6 months) for 100% assets'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Con số 6 tháng là thực hành nêu trong hạt giống 004, không phải của tiêu chuẩn.
- id: OPS-VUL-07
  clauses: {3: 7.1.5.7, 4: 8.1.5.7, 5: 9.1.5.7}
  points_inferred: {3: f}
  domain: management
  family: operation_vulnerability
  title_vi: Khôi phục khi xử lý thất bại
  title_en: Recover after failed fix
  requirement_vi: Xử lý hỏng thì có đường quay về trạng thái cũ.
  requirement_en: A procedure restores the system when a fix fails.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: patch change has rollback plan (snapshot/backup id)'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-01
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: a}
  domain: management
  family: operation_incident
  title_vi: Phân nhóm sự cố
  title_en: Incident groups
  requirement_vi: Sự cố được chia nhóm.
  requirement_en: Group security incidents.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: incident.group not null'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-02
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: b}
  domain: management
  family: operation_incident
  title_vi: Tiếp nhận, phát hiện, phân loại, xử lý ban đầu
  title_en: Intake and first handling
  requirement_vi: Có cách nhận tin, phát hiện, phân loại và xử lý bước đầu.
  requirement_en: A plan takes in, detects, classifies and handles information.
  levels: [2, 3, 4, 5]
  evidence: document
  document: plan
  probe: CMDB intake contact
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-03
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: c}
  domain: management
  family: operation_incident
  title_vi: Kế hoạch ứng phó
  title_en: Response plan
  requirement_vi: Có kế hoạch đối phó sự cố.
  requirement_en: An incident response plan exists.
  levels: [2, 3, 4, 5]
  evidence: document
  document: plan per Decision 05/2017 art. 16
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-04
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: d}
  domain: management
  family: operation_incident
  title_vi: Giám sát, cảnh báo sự cố
  title_en: Monitor and alert
  requirement_vi: Sự cố được theo dõi, phát hiện và cảnh báo.
  requirement_en: Monitor, detect and alert on incidents.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: monitoring targets for 100% of the system; alert channel tested'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-05
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: e}
  domain: management
  family: operation_incident
  title_vi: Ứng cứu sự cố thông thường
  title_en: Normal incident procedure
  requirement_vi: Có quy trình cho sự cố thường.
  requirement_en: A procedure handles normal incidents.
  levels: [2, 3, 4, 5]
  evidence: document
  document: procedure
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-06
  clauses: {3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: f}
  domain: management
  family: operation_incident
  title_vi: Ứng cứu sự cố nghiêm trọng
  title_en: Serious incident procedure
  requirement_vi: Có quy trình cho sự cố nghiêm trọng.
  requirement_en: A procedure handles serious incidents.
  levels: [3, 4, 5]
  evidence: document
  document: procedure
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-07
  clauses: {2: 6.1.5.4, 3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: g}
  domain: management
  family: operation_incident
  title_vi: Phối hợp xử lý sự cố
  title_en: Coordination
  requirement_vi: Biết cách làm việc với cơ quan chức năng, chuyên gia, bên cung cấp khi xử lý.
  requirement_en: A mechanism coordinates with authorities, experts, providers.
  levels: [2, 3, 4, 5]
  evidence: document
  document: mechanism
  probe: CMDB contacts verified
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-INC-08
  clauses: {3: 7.1.5.8, 4: 8.1.5.8, 5: 9.1.5.8}
  points_inferred: {3: h}
  domain: management
  family: operation_incident
  title_vi: Diễn tập
  title_en: Exercises
  requirement_vi: Theo định kỳ, diễn tập xử lý sự cố.
  requirement_en: Exercise the incident plan periodically.
  levels: [3, 4, 5]
  parameters: {province_practice_months: 12}
  evidence: semi
  probe: 'CMDB: exercise.date within 12 months (province practice: yearly)'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-USR-01
  clauses: {2: 6.1.5.5, 3: 7.1.5.9, 4: 8.1.5.9, 5: 9.1.5.9}
  points_inferred: {3: a}
  domain: management
  family: operation_end_user
  title_vi: Sử dụng tài nguyên nội bộ
  title_en: Use of internal resources
  requirement_vi: Người dùng vào tài nguyên nội bộ theo quy định.
  requirement_en: Access to and use of internal resources are managed.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'Firewall API: user zone rules name services; doc: rule'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-USR-02
  clauses: {2: 6.1.5.5, 3: 7.1.5.9, 4: 8.1.5.9, 5: 9.1.5.9}
  points_inferred: {3: b}
  domain: management
  family: operation_end_user
  title_vi: Truy cập Internet
  title_en: Internet access
  requirement_vi: Người dùng ra Internet theo quy định.
  requirement_en: Access to networks and Internet resources is managed.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'Firewall/proxy: user Internet goes through filter policy; direct egress denied'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: OPS-USR-03
  clauses: {2: 6.1.5.5, 3: 7.1.5.9, 4: 8.1.5.9, 5: 9.1.5.9}
  points_inferred: {3: c}
  domain: management
  family: operation_end_user
  title_vi: Cài và dùng máy tính an toàn
  title_en: Safe PC use
  requirement_vi: Người dùng cài và dùng máy an toàn theo quy định.
  requirement_en: Safe installing and using of computers is managed.
  levels: [2, 3, 4, 5]
  evidence: document
  document: rule; endpoint baseline
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: RISK-01
  clauses: {1: 'TT12 annex I, I.1.6', 2: 'TT12 annex II, I.1.6', 3: 'TT12 annex III, I.1.6', 4: 'TT12 annex IV, I.1.6', 5: 'TT12 annex V, I.1.6'}
  domain: management
  family: risk_plan
  title_vi: Phương án quản lý rủi ro
  title_en: Risk management plan
  requirement_vi: Hồ sơ có phương án quản lý rủi ro an toàn thông tin.
  requirement_en: The dossier holds a security risk management plan.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: plan in the dossier
  probe: CMDB risk register for the system
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
  note_vi: Đầu mục riêng của Thông tư 12 (quản lý 1.6), không có điều khoản TCVN.
- id: EOL-01
  clauses: {1: 'TT12 annex I, I.1.7', 2: 'TT12 annex II, I.1.7', 3: 'TT12 annex III, I.1.7', 4: 'TT12 annex IV, I.1.7', 5: 'TT12 annex V, I.1.7'}
  domain: management
  family: end_of_operation
  title_vi: Kết thúc vận hành, thanh lý, hủy bỏ
  title_en: End of operation and disposal
  requirement_vi: Hồ sơ có phương án kết thúc vận hành, khai thác, thanh lý, hủy bỏ.
  requirement_en: The dossier holds a plan to end operation, dispose and destroy.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: plan
  probe: CMDB retired assets have wipe record
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
  note_vi: Đầu mục riêng của Thông tư 12 (quản lý 1.7).
- id: CIR-01
  clauses: {}
  circular_ref: Circular 12/2022 art. 9.6
  domain: management
  family: circular_general
  title_vi: Triển khai đủ phương án trước vận hành
  title_en: Full plan before operation
  requirement_vi: Hệ thống xây mới, mở rộng, nâng cấp phải triển khai đủ phương án đã phê duyệt và yêu cầu của cấp trước khi vận hành.
  requirement_en: A new, extended or upgraded system has the approved plan and the level requirements fully in place before it operates.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: go_live >= max(control.implemented_at) for all mandatory controls'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: CIR-02
  clauses: {}
  circular_ref: Circular 12/2022 art. 9.7
  domain: management
  family: circular_general
  title_vi: Quy chế trước phê duyệt hồ sơ
  title_en: Regulation before approval
  requirement_vi: Quy chế bảo đảm an toàn của hệ thống, đáp ứng yêu cầu quản lý của cấp, được ban hành trước khi hồ sơ cấp độ được phê duyệt.
  requirement_en: The security regulation of the system, meeting the management requirements of its level, is issued before the level dossier is approved.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: regulation.issued_at <= dossier.approved_at'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: CIR-03
  clauses: {}
  circular_ref: Circular 12/2022 art. 9.8
  domain: management
  family: circular_general
  title_vi: Khung phát triển phần mềm an toàn
  title_en: Secure development framework
  requirement_vi: Phần mềm nội bộ xây mới, mở rộng, nâng cấp theo khung phát triển phần mềm an toàn và đạt yêu cầu an toàn cơ bản với phần mềm nội bộ.
  requirement_en: New, extended or upgraded internal software follows the secure development framework and meets the basic security requirements for internal software.
  levels: [1, 2, 3, 4, 5]
  evidence: document
  document: conformity statement
  probe: CMDB application.internal=true has ssdlc record
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: CIR-04
  clauses: {}
  circular_ref: Circular 12/2022 art. 9.9
  domain: management
  family: circular_general
  title_vi: Tách logic khi thuê trung tâm dữ liệu, đám mây
  title_en: Logical separation in rented DC or cloud
  requirement_vi: 'Hệ thống cấp 3 thuê trung tâm dữ liệu hoặc đám mây: tách logic với hệ thống khác và giữa các vùng mạng, có quản lý truy cập, phân vùng lưu trữ tách logic.'
  requirement_en: A level-3 system on a rented data centre or cloud is logically apart from others and between its zones, with access control, and has a logically separate storage partition.
  levels: [3]
  evidence: semi
  probe: 'CMDB: system.hosting in {rented,cloud} => own project/tenant, VRF/VLAN, datastore; no shared ones'
  confidence: confirmed
  confidence_by_level: {3: confirmed}
  source: [TT12]
- id: CIR-05
  clauses: {}
  circular_ref: Circular 12/2022 art. 9.10
  domain: management
  family: circular_general
  title_vi: Tách vật lý khi thuê trung tâm dữ liệu, đám mây (cấp 4-5)
  title_en: Physical separation in rented DC or cloud (levels 4-5)
  requirement_vi: 'Hệ thống cấp 4-5 thuê trung tâm dữ liệu hoặc đám mây: tách vật lý hệ thống, lưu trữ, thiết bị mạng chính; vùng mạng tách logic, có quản lý truy cập.'
  requirement_en: A level 4-5 system on a rented data centre or cloud has physically separate system, storage and main network devices; zones are logically separate with access control.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: system.hosting in {rented,cloud} => hosts, storage and main network devices have exactly one system linked'
  confidence: confirmed
  confidence_by_level: {4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-01
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng mạng nội bộ
  title_en: Internal zone
  requirement_vi: Thiết kế có vùng mạng nội bộ cho máy người dùng.
  requirement_en: The design has an internal zone for users' machines.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=internal] exists with own VLAN/prefix (SNMP dot1qVlanStaticTable, ipAddressPrefixTable)'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-02
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng mạng biên
  title_en: Perimeter zone
  requirement_vi: Thiết kế có vùng mạng biên nối ra ngoài.
  requirement_en: The design has a perimeter zone towards the outside.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=perimeter] exists; all uplinks terminate in it'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-03
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng DMZ
  title_en: DMZ
  requirement_vi: Thiết kế có vùng DMZ cho dịch vụ công khai.
  requirement_en: The design has a DMZ for public services.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=dmz] exists and every host with a public port is in it'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-04
  clauses: {2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng máy chủ nội bộ
  title_en: Internal server zone
  requirement_vi: Thiết kế có vùng máy chủ nội bộ.
  requirement_en: The design has an internal server zone.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=internal_server] exists; no server shares a prefix with user PCs'
  confidence: confirmed
  confidence_by_level: {2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-05
  clauses: {2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng mạng không dây tách riêng
  title_en: Separate wireless zone
  requirement_vi: Mạng không dây (nếu có) đặt ở vùng riêng, tách các vùng chức năng khác.
  requirement_en: Wireless (if any) lies in a zone of its own.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SNMP/WLAN controller: SSID VLANs all belong to zone[type=wireless]; no route to server zones without firewall'
  confidence: confirmed
  confidence_by_level: {2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-06
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng máy chủ cơ sở dữ liệu
  title_en: Database server zone
  requirement_vi: Thiết kế có vùng máy chủ cơ sở dữ liệu.
  requirement_en: The design has a database server zone.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=db] exists; hosts with DB service (ports 1433,1521,3306,5432) are all in it'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-07
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng quản trị
  title_en: Management zone
  requirement_vi: Thiết kế có vùng quản trị.
  requirement_en: The design has a management zone.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=management] exists; admin hosts/bastion are in it'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-08
  clauses: {4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.a
  domain: technical
  family: network_design
  title_vi: Vùng quản trị thiết bị hệ thống
  title_en: Device management zone
  requirement_vi: Thiết kế có vùng riêng để quản trị thiết bị hệ thống.
  requirement_en: The design has a separate zone to manage system devices.
  levels: [4, 5]
  evidence: automated
  probe: 'CMDB: zone[type=device_mgmt] exists; every device mgmt IP (SNMP ipAdEntAddr of mgmt VRF) lies in it'
  confidence: confirmed
  confidence_by_level: {4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-09
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.b.i
  domain: technical
  family: network_design
  title_vi: Truy cập, quản trị từ xa an toàn
  title_en: Safe remote access and administration
  requirement_vi: Có mạng riêng ảo hoặc tương đương cho truy cập, quản trị từ xa; cấp 3 buộc dùng sản phẩm khi xử lý bí mật nhà nước hoặc thuộc điểm c khoản 2 Điều 9 NĐ85; cấp 4 khi xử lý bí mật nhà nước; cấp 5 luôn dùng sản phẩm.
  requirement_en: A VPN or equivalent serves remote access and administration; level 3 needs a product for state secrets or art. 9.2.c of Decree 85; level 4 for state secrets; level 5 always a product.
  levels: [1, 2, 3, 4, 5]
  parameters:
    variant: {1: vpn_or_equivalent, 2: vpn_or_equivalent, 3: product_if_state_secret_or_art_9.2.c, 4: product_if_state_secret, 5: product}
  evidence: automated
  probe: 'Outside scan: admin ports closed; VPN gateway asset linked (SSH: wg show / ipsec statusall / openvpn active)'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-10
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-V, part II, 1.b.ii
  domain: technical
  family: network_design
  title_vi: Quản lý truy cập giữa các vùng, chống xâm nhập
  title_en: Inter-zone access control and intrusion prevention
  requirement_vi: 'Tường lửa có chống xâm nhập (cấp 1-2: hoặc tương đương; cấp 3-4: hoặc sản phẩm chống xâm nhập mạng) quản lý truy cập giữa các vùng; cấp 5 dùng sản phẩm chống xâm nhập mạng.'
  requirement_en: 'A firewall with intrusion prevention (levels 1-2: or equivalent; levels 3-4: or a network IPS product) controls traffic between zones; level 5 uses a network IPS product.'
  levels: [1, 2, 3, 4, 5]
  parameters:
    variant: {1: fw_ips_or_equivalent, 2: fw_ips_or_equivalent, 3: fw_ips_or_nips_product, 4: fw_ips_or_nips_product, 5: nips_product}
  evidence: automated
  probe: 'CMDB: each zone pair passes a firewall; device API: IPS profile bound on inter-zone policies, default deny'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-11
  clauses: {1: 5.2.1.1, 2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes I-II, part II, 1.b.iii; annexes III-V, 1.b.xiii
  domain: technical
  family: network_design
  title_vi: Chống mã độc máy chủ, máy trạm
  title_en: Anti-malware on servers and workstations
  requirement_vi: Có phần mềm chống mã độc hoặc tương đương trên máy chủ và máy người dùng; từ cấp 3 là sản phẩm diệt mã độc hoặc phát hiện-phản ứng đầu cuối, quản lý tập trung.
  requirement_en: Anti-malware or equivalent runs on servers and user machines; from level 3 an antivirus or EDR product managed centrally.
  levels: [1, 2, 3, 4, 5]
  parameters:
    variant: {1: av_or_equivalent, 2: av_or_equivalent, 3: av_or_edr_central, 4: av_or_edr_central, 5: av_or_edr_central}
  evidence: automated
  probe: 'SSH: registered agent active on 100% hosts; level>=3: console reports each host <= 24 h'
  confidence: confirmed
  confidence_by_level: {1: confirmed, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-12
  clauses: {2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annex II, part II, 1.b.iv; annexes III-V, 1.b.vii
  domain: technical
  family: network_design
  title_vi: Chống tấn công ứng dụng web
  title_en: Web attack protection
  requirement_vi: Có phương án chống tấn công ứng dụng web; buộc dùng sản phẩm tường lửa ứng dụng web với hệ thống thuộc khoản 2 Điều 8 (cấp 2), khoản 2 Điều 9 (cấp 3), khoản 2 Điều 10 hoặc trung tâm dữ liệu, đám mây, định danh, tích hợp thuộc khoản 3 Điều 10 (cấp 4), khoản 2 Điều 11 (cấp 5) NĐ85.
  requirement_en: A plan counters attacks on web applications; a WAF product is required for systems of art. 8.2 (level 2), 9.2 (level 3), 10.2 or data centre, cloud, identity, integration systems of 10.3 (level 4), 11.2 (level 5) of Decree 85.
  levels: [2, 3, 4, 5]
  parameters:
    product_required_if: {2: art_8.2, 3: art_9.2, 4: art_10.2_or_dc_cloud_identity_integration_of_art_10.3, 5: art_11.2}
  evidence: semi
  probe: 'CMDB: each public web app links a WAF; HTTP probe with harmless signature returns 403'
  confidence: confirmed
  confidence_by_level: {2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-13
  clauses: {2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annex II, part II, 1.b.v; annexes III-V, 1.b.viii
  domain: technical
  family: network_design
  title_vi: An toàn thư điện tử
  title_en: E-mail security
  requirement_vi: Có phương án an toàn cho hệ thống thư điện tử; cấp 3 buộc dùng sản phẩm với hệ thống thư thuộc khoản 2 Điều 9 NĐ85; cấp 4-5 luôn dùng sản phẩm.
  requirement_en: A plan secures the e-mail system; level 3 needs a product for mail systems of art. 9.2 of Decree 85; levels 4-5 always a product.
  levels: [2, 3, 4, 5]
  parameters:
    product_required_if: {2: never, 3: mail_system_of_art_9.2, 4: always, 5: always}
  evidence: semi
  probe: 'CMDB: system with mail service links capability[MAIL_SEC]; MX resolves to gateway'
  confidence: confirmed
  confidence_by_level: {2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-14
  clauses: {2: 6.2.1.1, 3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annex II, part II, 1.b.vi; annexes III-V, 1.b.iii
  domain: technical
  family: network_design
  title_vi: Dự phòng, cân bằng tải thiết bị mạng chính
  title_en: Redundant main network devices
  requirement_vi: Cấp 2 có dự phòng thiết bị mạng chính (chuyển mạch trung tâm hoặc tương đương, tường lửa trung tâm); cấp 3-4 cân bằng tải và dự phòng nóng, thêm tường lửa ứng dụng web, lưu trữ tập trung, tường lửa cơ sở dữ liệu (nếu có); cấp 5 mọi thiết bị mạng.
  requirement_en: Level 2 has spares for main devices (core switch or equivalent, central firewall); levels 3-4 load balancing and hot standby, also WAF, central storage, DB firewall (if any); level 5 all network devices.
  levels: [2, 3, 4, 5]
  parameters:
    mode: {2: redundant, 3: load_balance_hot_standby, 4: load_balance_hot_standby, 5: load_balance_hot_standby_all}
    main_devices:
      2: [core_switch, central_firewall]
      3: [core_switch, central_firewall, waf, central_storage, db_firewall]
      4: [core_switch, central_firewall, waf, central_storage, db_firewall]
      5: [all_network_devices]
  evidence: automated
  probe: 'CMDB: each main device in ha_group size>=2; SNMP/CLI: VRRP/HSRP/cluster one active, one standby, both up'
  confidence: confirmed
  confidence_by_level: {2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-15
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.iv
  domain: technical
  family: network_design
  title_vi: An toàn máy chủ cơ sở dữ liệu
  title_en: Database server protection
  requirement_vi: Có phương án bảo vệ máy chủ cơ sở dữ liệu; buộc dùng tường lửa cơ sở dữ liệu với cơ sở dữ liệu tập trung thuộc khoản 3 Điều 9 (cấp 3), cơ sở dữ liệu dùng chung thuộc khoản 3 Điều 10 (cấp 4), hệ thống thuộc khoản 2 Điều 11 (cấp 5) NĐ85.
  requirement_en: A plan protects database servers; a DB firewall is required for central databases of art. 9.3 (level 3), shared databases of art. 10.3 (level 4), systems of art. 11.2 (level 5) of Decree 85.
  levels: [3, 4, 5]
  parameters:
    product_required_if: {3: central_db_of_art_9.3, 4: shared_db_of_art_10.3, 5: art_11.2}
  evidence: semi
  probe: 'CMDB: path app->db crosses asset[type=DBF] when central_db=true; else host firewall on DB allows only app server addresses (nft list ruleset)'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-16
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.v
  domain: technical
  family: network_design
  title_vi: Lọc mã độc trên mạng
  title_en: Network malware filtering
  requirement_vi: Có phương án chặn, lọc mã độc trên mạng bằng tường lửa có chức năng chống mã độc hoặc tương đương.
  requirement_en: A firewall with anti-malware or an equivalent blocks and filters malware on the network.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'Device API: AV profile on Internet and DMZ policies; signature age <= 24 h'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-17
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.vi
  domain: technical
  family: network_design
  title_vi: Chống từ chối dịch vụ
  title_en: Anti-DoS
  requirement_vi: Có phương án chống từ chối dịch vụ; dùng dịch vụ hoặc sản phẩm với trung tâm dữ liệu, đám mây, định danh, tích hợp thuộc khoản 3 Điều 9 (cấp 3); hệ thống thuộc khoản 2 Điều 10 hoặc các loại đó thuộc khoản 3 Điều 10 (cấp 4); khoản 2, 3 Điều 11 (cấp 5) NĐ85.
  requirement_en: A plan counters denial of service; a service or product for data centre, cloud, identity, integration systems of art. 9.3 (level 3); systems of art. 10.2 or those kinds of art. 10.3 (level 4); art. 11.2, 11.3 (level 5) of Decree 85.
  levels: [3, 4, 5]
  parameters:
    product_required_if: {3: dc_cloud_identity_integration_of_art_9.3, 4: art_10.2_or_dc_cloud_identity_integration_of_art_10.3, 5: art_11.2_or_11.3}
  evidence: semi
  probe: 'CMDB: capability[ANTI_DDOS] operating, contract_end > today'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-18
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.ix
  domain: technical
  family: network_design
  title_vi: Kiểm soát truy cập mạng
  title_en: Network access control
  requirement_vi: Có phương án quản lý truy cập lớp mạng; dùng sản phẩm với mạng nội bộ, trung tâm giám sát điều hành thuộc khoản 3 Điều 9 (cấp 3), khoản 3 Điều 10 (cấp 4) NĐ85; cấp 5 luôn dùng sản phẩm.
  requirement_en: A plan controls network access; a product for LANs and security operation centres of art. 9.3 (level 3), art. 10.3 (level 4) of Decree 85; level 5 always.
  levels: [3, 4, 5]
  parameters:
    product_required_if: {3: lan_or_soc_of_art_9.3, 4: lan_or_soc_of_art_10.3, 5: always}
  evidence: semi
  probe: 'SNMP: dot1xPaeSystemAuthControl=enabled on access switches; RADIUS accounting seen'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-19
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.x
  domain: technical
  family: network_design
  title_vi: Giám sát hệ thống tập trung
  title_en: Central system monitoring
  requirement_vi: Có phương án giám sát hệ thống thông tin tập trung; cấp 4-5 dùng sản phẩm.
  requirement_en: A plan monitors the system centrally; levels 4-5 use a product.
  levels: [3, 4, 5]
  parameters:
    product_required_if: {3: never, 4: always, 5: always}
  evidence: automated
  probe: 'CMDB: 100% servers and devices have a monitoring target, last sample <= 5 min'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-20
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.xi
  domain: technical
  family: network_design
  title_vi: Giám sát an toàn tập trung
  title_en: Central security monitoring
  requirement_vi: Có giám sát an toàn thông tin tập trung với hệ quản lý sự kiện (SIEM) hoặc tương đương.
  requirement_en: Central security monitoring uses a SIEM or equivalent.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: capability[SIEM] operating; sources registered = assets of system'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-21
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.xii
  domain: technical
  family: network_design
  title_vi: Sao lưu dự phòng tập trung
  title_en: Central backup
  requirement_vi: Có quản lý sao lưu dự phòng tập trung, dùng lưu trữ tập trung và sản phẩm quản lý lưu trữ.
  requirement_en: Backup is managed centrally with central storage and a storage management product.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Backup API: all datasets of the system have jobs on the central server; last success age <= frequency'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-22
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.xiv
  domain: technical
  family: network_design
  title_vi: Chống thất thoát dữ liệu
  title_en: Data loss prevention
  requirement_vi: Có phương án chống thất thoát dữ liệu; buộc dùng sản phẩm khi xử lý bí mật nhà nước, hoặc thuộc điểm c khoản 2 Điều 9 (cấp 3), cơ sở dữ liệu dùng chung thuộc khoản 3 Điều 10 (cấp 4), khoản 2 Điều 11 (cấp 5) NĐ85.
  requirement_en: A data-loss plan exists; a product is required for state secrets, or art. 9.2.c (level 3), shared databases of art. 10.3 (level 4), art. 11.2 (level 5) of Decree 85.
  levels: [3, 4, 5]
  parameters:
    product_required_if: {3: state_secret_or_art_9.2.c, 4: state_secret_or_shared_db_of_art_10.3, 5: state_secret_or_art_11.2}
  evidence: semi
  probe: 'CMDB: capability[DLP] status; when state_secret=true or flags match, product asset required'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-23
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.xv
  domain: technical
  family: network_design
  title_vi: Dự phòng Internet cho máy chủ dịch vụ
  title_en: Redundant Internet for service servers
  requirement_vi: Có phương án dự phòng kết nối Internet cho máy chủ cung cấp dịch vụ.
  requirement_en: A plan gives service servers redundant Internet.
  levels: [3, 4, 5]
  parameters: {uplinks_min: 2, uplinks_min_origin: tool_reading_of_redundant}
  evidence: automated
  probe: 'SNMP: >=2 uplinks ifOperStatus=up with distinct provider in CMDB; default routes or BGP peers to both'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12]
- id: NET-DESIGN-24
  clauses: {3: 7.2.1.1, 4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes III-V, part II, 1.b.xvi
  domain: technical
  family: network_design
  title_vi: An toàn mạng không dây
  title_en: Wireless security
  requirement_vi: Có phương án an toàn mạng không dây (nếu có).
  requirement_en: A plan secures wireless networks (if any).
  levels: [3, 4, 5]
  evidence: automated
  probe: 'WLAN controller: no open/WEP/WPA1 SSID; staff SSID WPA2/WPA3-Enterprise; guest isolated'
  confidence: confirmed
  confidence_by_level: {3: confirmed, 4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-25
  clauses: {4: 8.2.1.1, 5: 9.2.1.1}
  circular_ref: Circular 12/2022 annexes IV-V, part II, 1.b.xvii
  domain: technical
  family: network_design
  title_vi: Quản lý tài khoản đặc quyền
  title_en: Privileged access management
  requirement_vi: Có phương án quản lý tài khoản đặc quyền bằng sản phẩm.
  requirement_en: Privileged accounts are managed with a product.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: capability[PAM] operating; SSH: sshd accepts admins only from the PAM gateway address'
  confidence: confirmed
  confidence_by_level: {4: confirmed, 5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-26
  clauses: {5: 9.2.1.1}
  circular_ref: Circular 12/2022 annex V, part II, 1.b.xviii
  domain: technical
  family: network_design
  title_vi: Dự phòng ở địa điểm khác
  title_en: Geographic standby
  requirement_vi: Có hệ thống dự phòng ở vị trí địa lý khác cách tối thiểu 30 km.
  requirement_en: A standby system lies in another place at least 30 km away.
  levels: [5]
  parameters:
    dr_distance_km_min: {5: 30}
  evidence: automated
  probe: 'CMDB: distance(primary.site, dr.site) >= 30 km; last failover test recorded'
  confidence: confirmed
  confidence_by_level: {5: confirmed}
  source: [TT12, SEED-004]
- id: NET-DESIGN-27
  clauses: {5: 9.2.1.1}
  circular_ref: Circular 12/2022 annex V, part II, 1.b.xix
  domain: technical
  family: network_design
  title_vi: Dự phòng kết nối chính và dự phòng
  title_en: Redundant link primary to standby
  requirement_vi: Có dự phòng kết nối mạng giữa hệ thống chính và hệ thống dự phòng.
  requirement_en: Links between primary and standby systems are redundant.
  levels: [5]
  evidence: automated
  probe: 'SNMP: >=2 links between sites ifOperStatus=up on distinct paths'
  confidence: confirmed
  confidence_by_level: {5: confirmed}
  source: [TT12]
- id: NET-EXT-01
  clauses: {1: 5.2.1.2, 2: 6.2.1.2, 3: 7.2.1.2, 4: 8.2.1.2, 5: 9.2.1.2}
  points_inferred: {3: a}
  domain: technical
  family: network_external_access
  title_vi: Chỉ kết nối an toàn từ ngoài
  title_en: Secure connections from outside
  requirement_vi: Từ ngoài, chỉ vào thông tin nội bộ hay quản trị được qua kênh bảo vệ.
  requirement_en: Access to internal information or administration from outside uses secure connections only.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'Outside scan of public prefixes: no 21,23,80-admin,3389,5900; only TLS/SSH/IPsec ports listed in CMDB'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-EXT-02
  clauses: {1: 5.2.1.2, 2: 6.2.1.2, 3: 7.2.1.2, 4: 8.2.1.2, 5: 9.2.1.2}
  points_inferred: {3: b}
  domain: technical
  family: network_external_access
  title_vi: Cho phép theo từng dịch vụ
  title_en: Allow per service
  requirement_vi: Từ ngoài, chỉ tới được đúng dịch vụ công bố; còn lại chặn.
  requirement_en: Control outside access per service and application; block all that is not offered.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'Outside scan: open ports = CMDB published services; firewall last rule deny any log'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-EXT-03
  clauses: {2: 6.2.1.2, 3: 7.2.1.2, 4: 8.2.1.2, 5: 9.2.1.2}
  points_inferred: {3: c}
  domain: technical
  family: network_external_access
  title_vi: Thời gian chờ đóng phiên
  title_en: Idle timeout
  requirement_vi: Kết nối từ ngoài không dùng đến thì tự đóng.
  requirement_en: Set a timeout to close idle connections.
  levels: [2, 3, 4, 5]
  parameters: {default_idle_minutes_admin: 5, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'Firewall/VPN CLI: idle-timeout set and <= policy (default 15 min for VPN, 5 min for admin)'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-EXT-04
  clauses: {3: 7.2.1.2, 4: 8.2.1.2, 5: 9.2.1.2}
  points_inferred: {3: d}
  domain: technical
  family: network_external_access
  title_vi: Phân quyền theo người dùng, nhóm
  title_en: Authorise by user or group
  requirement_vi: Quyền vào từ ngoài chia theo người, nhóm và nhu cầu công việc.
  requirement_en: Authorise outside access per user or group by business need.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'VPN gateway API: each group has its own policy with named destinations, none any'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-EXT-05
  clauses: {3: 7.2.1.2, 4: 8.2.1.2, 5: 9.2.1.2}
  points_inferred: {3: e}
  domain: technical
  family: network_external_access
  title_vi: Giới hạn kết nối đồng thời
  title_en: Limit concurrent connections
  requirement_vi: Mỗi nguồn và mỗi dịch vụ có trần số kết nối, đặt theo sức thật của hệ thống.
  requirement_en: Limit concurrent connections per source and in total per service by real capacity.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Firewall API: session limit per source on public policies; SSH: nginx limit_conn or haproxy maxconn set'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-EXT-06
  clauses: {4: 8.2.1.2, 5: 9.2.1.2}
  domain: technical
  family: network_external_access
  title_vi: Chính sách ưu tiên truy cập từ ngoài
  title_en: Priority of outside access
  requirement_vi: Lưu lượng từ ngoài có thứ tự ưu tiên.
  requirement_en: A policy gives priority among outside accesses.
  levels: [4, 5]
  evidence: semi
  probe: 'CLI: QoS policy bound on WAN inbound'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Hạt giống 004 nêu chính sách ưu tiên; cấp áp dụng theo trí nhớ.
- id: NET-EXT-07
  clauses: {4: 8.2.1.2, 5: 9.2.1.2}
  domain: technical
  family: network_external_access
  title_vi: Quản trị gián tiếp từ ngoài
  title_en: Indirect administration from outside
  requirement_vi: Không ai quản trị thẳng từ ngoài; cần thì đi qua máy trung gian bên trong bằng kênh bảo vệ.
  requirement_en: No direct administration from outside; if unavoidable, through an admin host inside over a secure connection.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: journalctl _COMM=sshd ''Accepted'' source addresses subset of bastion set'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu cần đối chiếu bản gốc.
- id: NET-INT-01
  clauses: {2: 6.2.1.3, 3: 7.2.1.3, 4: 8.2.1.3, 5: 9.2.1.3}
  points_inferred: {3: a}
  domain: technical
  family: network_internal_access
  title_vi: Chỉ ra ngoài theo nghiệp vụ
  title_en: Outbound by business need
  requirement_vi: Từ trong ra, chỉ mở thứ công việc cần; còn lại chặn.
  requirement_en: Allow only outside applications and services the business needs; block the rest.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'Firewall API: outbound rules name services; no any-any; last rule deny log'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-INT-02
  clauses: {3: 7.2.1.3, 4: 8.2.1.3, 5: 9.2.1.3}
  points_inferred: {3: b}
  domain: technical
  family: network_internal_access
  title_vi: Kiểm soát vào máy chủ nội bộ
  title_en: Access to internal servers
  requirement_vi: Người dùng chỉ tới được máy chủ, dịch vụ nội bộ hợp chức năng.
  requirement_en: Control users' access to internal services and servers by function and policy.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'Firewall API: user zone to server zones rules list service and source group'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-INT-03
  clauses: {3: 7.2.1.3, 4: 8.2.1.3, 5: 9.2.1.3}
  domain: technical
  family: network_internal_access
  title_vi: Quản lý theo địa chỉ thiết bị
  title_en: By device address
  requirement_vi: Cho phép hay không dựa cả vào địa chỉ thiết bị.
  requirement_en: Manage access by device address.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SNMP: port security/802.1X on access ports; DHCP reservations or IPAM match MAC-IP pairs in CMDB'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-INT-04
  clauses: {4: 8.2.1.3, 5: 9.2.1.3}
  domain: technical
  family: network_internal_access
  title_vi: Hạn chế máy chủ ra ngoài
  title_en: Limit servers' outbound access
  requirement_vi: Máy chủ không tự ra ngoài nếu không cần.
  requirement_en: Block or limit servers' own outbound connections by function.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: curl -m5 to an Internet test host fails on servers without egress need'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu cần đối chiếu bản gốc.
- id: NET-INT-05
  clauses: {4: 8.2.1.3, 5: 9.2.1.3}
  domain: technical
  family: network_internal_access
  title_vi: Ưu tiên truy cập từ bên trong
  title_en: Priority of inside access
  requirement_vi: Lưu lượng từ trong có thứ tự ưu tiên.
  requirement_en: A plan gives priority among inside accesses.
  levels: [4, 5]
  evidence: semi
  probe: 'CLI: QoS classes bound on LAN/WAN edge'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Hạt giống 004 nêu phương án ưu tiên; cấp áp dụng theo trí nhớ.
- id: NET-LOG-01
  clauses: {1: 5.2.1.3, 2: 6.2.1.4, 3: 7.2.1.4, 4: 8.2.1.4, 5: 9.2.1.4}
  points_inferred: {3: a}
  domain: technical
  family: network_log
  title_vi: 'Ghi nhật ký thiết bị: kết nối'
  title_en: 'Device logging: connections'
  requirement_vi: 'Thiết bị hệ thống để lại vết của từng kết nối: lúc nào, từ đâu, cổng nào, cho qua hay chặn.'
  requirement_en: System devices log with connection time, address, port and allow or deny action.
  levels: [1, 2, 3, 4, 5]
  parameters:
    fields: [time, ip, port, action]
  evidence: automated
  probe: 'CLI/SNMP: logging on; log store: firewall events of last 24 h have time, src, dst, port, action'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Ở cấp 1-2 nội dung tối thiểu có thể hẹp hơn.
- id: NET-LOG-02
  clauses: {3: 7.2.1.4, 4: 8.2.1.4, 5: 9.2.1.4}
  points_inferred: {3: a}
  domain: technical
  family: network_log
  title_vi: 'Nhật ký thiết bị: đầu cuối, cảnh báo, hiệu năng'
  title_en: 'Device logging: endpoints, alerts, performance'
  requirement_vi: Nhật ký còn cho biết máy nào nối vào (địa chỉ vật lý và logic), thiết bị cảnh báo gì và tải ra sao.
  requirement_en: Logs also hold endpoints by physical and logical address, device alerts, performance and network resources.
  levels: [3, 4, 5]
  parameters:
    fields: [endpoint_mac_ip, device_alert, performance]
  evidence: automated
  probe: 'Log store: ARP/DHCP/802.1X events with MAC+IP, severity>=warning events, and SNMP ifHCInOctets/cpu series exist per device'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-LOG-03
  clauses: {2: 6.2.1.4, 3: 7.2.1.4, 4: 8.2.1.4, 5: 9.2.1.4}
  points_inferred: {3: b}
  domain: technical
  family: network_log
  title_vi: Đồng bộ thời gian
  title_en: Time synchronisation
  requirement_vi: Giờ của thiết bị mạng, máy đầu cuối và mọi thành phần giám sát lấy từ máy chủ thời gian.
  requirement_en: A time server synchronises network devices, endpoints and components that take part in monitoring.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'CLI: ''show ntp status'' synchronized to internal NTP (or SNMP ntpEntStatusCurrentMode); SSH: chronyc tracking Leap Normal, offset < 1 s'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-LOG-04
  clauses: {3: 7.2.1.4, 4: 8.2.1.4, 5: 9.2.1.4}
  points_inferred: {3: c}
  domain: technical
  family: network_log
  title_vi: Lưu trữ nhật ký tập trung
  title_en: Central log storage
  requirement_vi: Nhật ký thiết bị được gom về một nơi để lưu và quản lý.
  requirement_en: Device logs are stored and managed centrally.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CLI: logging host = collector; log store last event per device <= 15 min'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-LOG-05
  clauses: {1: 5.2.1.3, 2: 6.2.1.4, 3: 7.2.1.4, 4: 8.2.1.4, 5: 9.2.1.4}
  points_inferred: {3: d}
  domain: technical
  family: network_log
  title_vi: Thời gian lưu nhật ký mạng
  title_en: Network log retention
  requirement_vi: Nhật ký thiết bị giữ đủ số tháng của cấp.
  requirement_en: Device logs are kept at least as long as the level asks.
  levels: [1, 2, 3, 4, 5]
  parameters:
    log_retention_months: {1: 1, 2: 1, 3: 3, 4: 6, 5: 12}
  evidence: automated
  probe: 'Log store: oldest event per device <= now - N months (or device younger) and retention policy >= N months'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [PUBCOPY-L3, SEED-004, LOG-NOTE, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: 'Cấp 1: hạt giống 004 ghi 1 tháng, một nguồn khác nói tiêu chuẩn không đặt mức tối thiểu; giữ 1 tháng làm mặc định an toàn.'
- id: NET-IPS-01
  clauses: {1: 5.2.1.4, 2: 6.2.1.5, 3: 7.2.1.5, 4: 8.2.1.5, 5: 9.2.1.5}
  points_inferred: {3: a}
  domain: technical
  family: network_intrusion
  title_vi: Phòng chống xâm nhập mạng
  title_en: Network intrusion prevention
  requirement_vi: Có chống xâm nhập chắn trước DMZ (cấp 1-2), trước cả các vùng máy chủ (từ cấp 3).
  requirement_en: Intrusion prevention guards the DMZ (levels 1-2), server zones too (from level 3).
  levels: [1, 2, 3, 4, 5]
  parameters:
    zones:
      1: [dmz]
      2: [dmz]
      3: [dmz, internal_server, db]
      4: [dmz, internal_server, db]
      5: [dmz, internal_server, db]
  evidence: automated
  probe: 'Device API: IPS profile in prevent mode on policies into dmz (and internal_server, db at level>=3); Suricata: suricatasc iface-list'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Phạm vi vùng theo trí nhớ.
- id: NET-IPS-02
  clauses: {1: 5.2.1.4, 2: 6.2.1.5, 3: 7.2.1.5, 4: 8.2.1.5, 5: 9.2.1.5}
  points_inferred: {3: b}
  domain: technical
  family: network_intrusion
  title_vi: Cập nhật dấu hiệu tấn công
  title_en: Update attack signatures
  requirement_vi: Dấu hiệu tấn công được làm mới đều.
  requirement_en: Update the attack signature database periodically.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_signature_days: 7, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SNMP/API: signature date <= 7 days (tool default); Suricata: suricata-update list-sources, rules file mtime'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-IPS-03
  clauses: {3: 7.2.1.5, 4: 8.2.1.5, 5: 9.2.1.5}
  points_inferred: {3: c}
  domain: technical
  family: network_intrusion
  title_vi: Đủ năng lực xử lý
  title_en: Enough capacity
  requirement_vi: Bộ chống xâm nhập đủ sức cho số người dùng, dịch vụ.
  requirement_en: The intrusion prevention system has capacity for the users and services.
  levels: [3, 4, 5]
  parameters: {default_utilisation_pct: 80, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SNMP: CPU, sessions, drops of the device: 95th percentile < 80% over 30 days'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-MAL-01
  clauses: {3: 7.2.1.6, 4: 8.2.1.6, 5: 9.2.1.6}
  points_inferred: {3: a}
  domain: technical
  family: network_malware
  title_vi: Chống mã độc trên mạng
  title_en: Network anti-malware
  requirement_vi: Mã độc bị lọc ngay trên đường mạng.
  requirement_en: A plan counters malware on the network.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'Device API: AV/sandbox profile bound to Internet, DMZ, mail policies'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-MAL-02
  clauses: {3: 7.2.1.6, 4: 8.2.1.6, 5: 9.2.1.6}
  points_inferred: {3: b}
  domain: technical
  family: network_malware
  title_vi: Cập nhật dữ liệu chống mã độc mạng
  title_en: Update its data
  requirement_vi: Dữ liệu nhận biết mã độc của bộ lọc được làm mới đều.
  requirement_en: Update the data of the network anti-malware system periodically.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Device API: AV database date <= 24 h (tool default)'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-MAL-03
  clauses: {3: 7.2.1.6, 4: 8.2.1.6, 5: 9.2.1.6}
  points_inferred: {3: c}
  domain: technical
  family: network_malware
  title_vi: Năng lực chống mã độc mạng
  title_en: Its capacity
  requirement_vi: Bộ lọc đủ sức cho số người dùng, dịch vụ.
  requirement_en: The system has capacity for the users and services.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SNMP: device CPU/sessions 95th percentile < 80% over 30 days'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-01
  clauses: {1: 5.2.1.5, 2: 6.2.1.6, 3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: a}
  domain: technical
  family: network_device_protection
  title_vi: Xác thực khi quản trị thiết bị
  title_en: Authenticate device administration
  requirement_vi: Ai quản trị thiết bị, tại chỗ hay từ xa, đều phải được xác thực.
  requirement_en: Devices authenticate administrators locally and remotely.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'CLI: console and vty lines have login local/aaa; no open console; default credentials fail'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-02
  clauses: {1: 5.2.1.5, 2: 6.2.1.6, 3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: b}
  domain: technical
  family: network_device_protection
  title_vi: Kết nối an toàn khi quản trị thiết bị
  title_en: Secure device administration
  requirement_vi: Quản trị thiết bị từ xa chỉ qua kênh được bảo vệ.
  requirement_en: Remote device administration uses secure connections only.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'Scan: 22 SSH-2.0 and 443 TLS>=1.2 open, 23 and 80 closed; SNMPv3 authPriv answers, v1/v2c ''public'' does not'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-03
  clauses: {2: 6.2.1.6, 3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: c}
  domain: technical
  family: network_device_protection
  title_vi: Giới hạn địa chỉ quản trị thiết bị
  title_en: Restrict device admin addresses
  requirement_vi: Chỉ một số địa chỉ được phép tới cổng quản trị thiết bị.
  requirement_en: Devices allow remote administration from limited addresses only.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'CLI: access-class/management ACL on vty and SNMP; TCP connect to 22 from a non-admin probe is refused'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-04
  clauses: {3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: d}
  domain: technical
  family: network_device_protection
  title_vi: Hạn chế đăng nhập sai theo địa chỉ
  title_en: Limit failed logins by address
  requirement_vi: Đăng nhập sai nhiều lần từ một địa chỉ thì thiết bị chặn bớt.
  requirement_en: Devices limit failed admin logins per network address.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CLI: ''login block-for'' / admin-lockout-threshold / retry limit present'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-05
  clauses: {3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: e}
  domain: technical
  family: network_device_protection
  title_vi: Phân quyền tài khoản quản trị thiết bị
  title_en: Roles of device admins
  requirement_vi: Tài khoản quản trị thiết bị chia quyền theo vai trò.
  requirement_en: Device admin accounts have different rights by role.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CLI: >=2 privilege levels/roles in use; CMDB account.role matches device user list'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-06
  clauses: {3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: f}
  domain: technical
  family: network_device_protection
  title_vi: Nâng cấp, xử lý điểm yếu thiết bị
  title_en: Upgrade and fix devices first
  requirement_vi: Thiết bị được nâng bản và xử lý điểm yếu rồi mới đưa vào chạy.
  requirement_en: Upgrade devices and fix weaknesses before use.
  levels: [3, 4, 5]
  evidence: automated
  probe: SNMP sysDescr/entPhysicalSoftwareRev version >= CMDB approved version; no open critical CVE at in_service_at
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-07
  clauses: {3: 7.2.1.7, 4: 8.2.1.7, 5: 9.2.1.7}
  points_inferred: {3: g}
  domain: technical
  family: network_device_protection
  title_vi: Xóa cấu hình khi gỡ thiết bị
  title_en: Wipe device on removal
  requirement_vi: Thiết bị rời hệ thống hoặc đổi mục đích phải sạch cấu hình và dữ liệu.
  requirement_en: Wipe configuration and data when a device changes purpose or leaves.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: retired/reassigned device has wipe_record(method,date,by)'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: NET-DEV-08
  clauses: {5: 9.2.1.7}
  domain: technical
  family: network_device_protection
  title_vi: Xác thực quản trị thiết bị tập trung
  title_en: Central device authentication
  requirement_vi: Người quản trị thiết bị được xác thực, cấp quyền, lưu vết ở một nơi chung.
  requirement_en: Device admins are authenticated, authorised and recorded centrally.
  levels: [5]
  evidence: automated
  probe: 'CLI: aaa new-model with tacacs+/radius group for authentication, authorization, accounting'
  confidence: recalled
  confidence_by_level: {5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: SRV-AUTH-01
  clauses: {1: 5.2.2.1, 2: 6.2.2.1, 3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: a}
  domain: technical
  family: server_authentication
  title_vi: Chính sách xác thực máy chủ
  title_en: Server authentication policy
  requirement_vi: Không ai truy cập, quản trị hay dùng máy chủ mà chưa được xác thực.
  requirement_en: Servers authenticate users who access, manage and use them.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: awk -F: ''$2==""'' /etc/shadow empty; sshd -T permitemptypasswords no; no NOPASSWD for all'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-AUTH-02
  clauses: {1: 5.2.2.1, 2: 6.2.2.1, 3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: b}
  domain: technical
  family: server_authentication
  title_vi: Tài khoản mặc định máy chủ
  title_en: Default server accounts
  requirement_vi: Tài khoản có sẵn phải đổi, hoặc khóa nếu không cần.
  requirement_en: Change default accounts or disable those not used.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: passwd -S root = L or sshd -T permitrootlogin no; vendor/cloud default users locked'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-AUTH-03
  clauses: {1: 5.2.2.1, 2: 6.2.2.1, 3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: c}
  domain: technical
  family: server_authentication
  title_vi: Quy tắc mật khẩu máy chủ
  title_en: Server password rules
  requirement_vi: Mật khẩu ban đầu phải đổi; mật khẩu mới đủ dài, đủ loại ký tự theo quy tắc đặt ra.
  requirement_en: Force change of default passwords; set length and character-class rules.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_min_length: 8, default_min_class: 3, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SSH: pam_pwquality in stack; pwquality.conf minlen and minclass >= policy (tool default 8 / 3)'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Tiêu chuẩn không nêu con số.
- id: SRV-AUTH-04
  clauses: {2: 6.2.2.1, 3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: c}
  domain: technical
  family: server_authentication
  title_vi: Thời hạn mật khẩu máy chủ
  title_en: Server password age
  requirement_vi: Mật khẩu có kỳ phải đổi và hạn dùng.
  requirement_en: Set when passwords must change and how long they are valid.
  levels: [2, 3, 4, 5]
  parameters: {default_max_days: 90, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SSH: /etc/login.defs PASS_MAX_DAYS, PASS_WARN_AGE set; chage -l of login users not never'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Tiêu chuẩn không nêu con số.
- id: SRV-AUTH-05
  clauses: {2: 6.2.2.1, 3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: d}
  domain: technical
  family: server_authentication
  title_vi: Hạn chế đăng nhập sai máy chủ
  title_en: Limit failed server logins
  requirement_vi: Trong một khoảng thời gian, một tài khoản chỉ được sai mật khẩu một số lần.
  requirement_en: Limit failed logins for an account within a period.
  levels: [2, 3, 4, 5]
  parameters: {default_deny: 5, default_fail_interval_s: 900, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SSH: faillock.conf deny>0 and fail_interval>0 with pam_faillock in auth stack'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-AUTH-06
  clauses: {3: 7.2.2.1, 4: 8.2.2.1, 5: 9.2.2.1}
  points_inferred: {3: e}
  domain: technical
  family: server_authentication
  title_vi: Vô hiệu tài khoản đăng nhập sai nhiều lần
  title_en: Disable account after failures
  requirement_vi: Sai quá số lần thì tài khoản bị khóa.
  requirement_en: An account is disabled once failures exceed the limit.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: faillock.conf unlock_time=0 or >= policy; even_deny_root per policy'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-AUTH-07
  clauses: {4: 8.2.2.1, 5: 9.2.2.1}
  domain: technical
  family: server_authentication
  title_vi: Đa nhân tố khi quản trị máy chủ
  title_en: MFA for server administration
  requirement_vi: Quản trị máy chủ phải qua đa nhân tố.
  requirement_en: Multi-factor authentication for server access and administration.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: sshd -T authenticationmethods has two factors or MFA PAM module in sshd stack'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Phạm vi máy chủ (quan trọng hay mọi máy) cần đối chiếu.
- id: SRV-ACC-01
  clauses: {1: 5.2.2.2, 2: 6.2.2.2, 3: 7.2.2.2, 4: 8.2.2.2, 5: 9.2.2.2}
  points_inferred: {3: a}
  domain: technical
  family: server_access
  title_vi: Kết nối an toàn tới máy chủ
  title_en: Secure server connections
  requirement_vi: Đường vào và quản trị máy chủ từ xa phải là kênh được bảo vệ.
  requirement_en: Remote server access and administration use secure connections only.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: ss -tlnp has no 23,512-514,5900 plain; sshd Protocol 2; RDP NLA/TLS on Windows'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-ACC-02
  clauses: {1: 5.2.2.2, 2: 6.2.2.2, 3: 7.2.2.2, 4: 8.2.2.2, 5: 9.2.2.2}
  points_inferred: {3: b}
  domain: technical
  family: server_access
  title_vi: Thời gian chờ phiên máy chủ
  title_en: Server idle timeout
  requirement_vi: Phiên vào máy chủ không dùng đến thì tự đóng.
  requirement_en: Set a timeout that closes idle sessions.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_idle_minutes: 15, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SSH: readonly TMOUT in 1..900 in /etc/profile.d, or sshd -T channeltimeout set (OpenSSH>=9.2)'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp 1 theo trí nhớ.
- id: SRV-ACC-03
  clauses: {2: 6.2.2.2, 3: 7.2.2.2, 4: 8.2.2.2, 5: 9.2.2.2}
  points_inferred: {3: c}
  domain: technical
  family: server_access
  title_vi: Đổi cổng quản trị mặc định
  title_en: Change default admin port
  requirement_vi: Cổng quản trị không để ở số mặc định.
  requirement_en: Change the server's default administration port.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: sshd -T port != 22 (or admin reachable only through bastion as approved equivalent); RDP PortNumber != 3389'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-ACC-04
  clauses: {2: 6.2.2.2, 3: 7.2.2.2, 4: 8.2.2.2, 5: 9.2.2.2}
  points_inferred: {3: d}
  domain: technical
  family: server_access
  title_vi: Giới hạn địa chỉ quản trị máy chủ
  title_en: Restrict server admin addresses
  requirement_vi: Chỉ địa chỉ trong danh sách được quản trị máy chủ từ xa.
  requirement_en: Limit network addresses allowed to reach and administer servers remotely.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: nft/firewalld rule on sshd port limits saddr to management zone prefixes, or sshd AllowUsers user@cidr'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-ACC-05
  clauses: {4: 8.2.2.2, 5: 9.2.2.2}
  domain: technical
  family: server_access
  title_vi: Phân quyền quản trị máy chủ
  title_en: Roles of server admins
  requirement_vi: Quyền quản trị máy chủ chia theo vai trò, vừa đủ việc.
  requirement_en: Server admin rights follow roles with least privilege.
  levels: [4, 5]
  evidence: semi
  probe: 'SSH: sudoers has per-role Cmnd_Alias, no ALL for non-lead admins'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: SRV-LOG-01
  clauses: {1: 5.2.2.3, 2: 6.2.2.3, 3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: a}
  domain: technical
  family: server_log
  title_vi: 'Nhật ký máy chủ: kết nối, đăng nhập'
  title_en: 'Server log: connections, logins'
  requirement_vi: Máy chủ ghi lại ai nối đến và ai đăng nhập.
  requirement_en: Record network connections to the server and logins.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: host firewall log rule present; journalctl -t sshd --since -1d non-empty; auditd active'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-02
  clauses: {2: 6.2.2.3, 3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: a}
  domain: technical
  family: server_log
  title_vi: 'Nhật ký máy chủ: lỗi'
  title_en: 'Server log: errors'
  requirement_vi: Máy chủ ghi lại lỗi lúc chạy.
  requirement_en: Record errors during operation.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: systemctl is-active rsyslog or systemd-journald with Storage=persistent; err events reach log store'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-03
  clauses: {3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: a}
  domain: technical
  family: server_log
  title_vi: 'Nhật ký máy chủ: đổi cấu hình, truy cập quan trọng'
  title_en: 'Server log: changes and important access'
  requirement_vi: Máy chủ ghi lại việc đổi cấu hình và việc chạm tới dữ liệu, dịch vụ quan trọng.
  requirement_en: Record server configuration changes and access to important data and services.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: auditctl -l has watches on /etc, sshd_config, sudoers and on CMDB important data paths'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-04
  clauses: {2: 6.2.2.3, 3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: b}
  domain: technical
  family: server_log
  title_vi: Đồng bộ thời gian máy chủ
  title_en: Server time
  requirement_vi: Giờ máy chủ lấy từ máy chủ thời gian.
  requirement_en: Servers synchronise with a time server.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: chronyc tracking (or timedatectl show -p NTPSynchronized=yes) with internal source, offset < 1 s'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-05
  clauses: {2: 6.2.2.3, 3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: c}
  domain: technical
  family: server_log
  title_vi: Dung lượng nhật ký máy chủ
  title_en: Server log capacity
  requirement_vi: Nhật ký không bị mất vì hết chỗ.
  requirement_en: Enough log capacity so that none is lost or overflows.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: df -P /var/log < 80%; journald SystemMaxUse and logrotate set; auditd space_left_action not suspend'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-06
  clauses: {3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: d}
  domain: technical
  family: server_log
  title_vi: Nhật ký máy chủ tập trung
  title_en: Central server logs
  requirement_vi: Nhật ký máy chủ được gom về một nơi để lưu và quản lý.
  requirement_en: Server logs are managed and stored centrally.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: grep -rE ''omfwd|omrelp|@@'' /etc/rsyslog.* targets collector; log store last event <= 15 min'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-LOG-07
  clauses: {1: 5.2.2.3, 2: 6.2.2.3, 3: 7.2.2.3, 4: 8.2.2.3, 5: 9.2.2.3}
  points_inferred: {3: e}
  domain: technical
  family: server_log
  title_vi: Thời gian lưu nhật ký máy chủ
  title_en: Server log retention
  requirement_vi: Nhật ký máy chủ giữ đủ số tháng của cấp.
  requirement_en: Server logs are kept at least as long as the level asks.
  levels: [1, 2, 3, 4, 5]
  parameters:
    log_retention_months: {1: 1, 2: 1, 3: 3, 4: 6, 5: 12}
  evidence: automated
  probe: 'Log store: oldest event per host <= now - N months (or host younger); retention policy >= N months'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [PUBCOPY-L3, SEED-004, LOG-NOTE, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: 'Cấp 1: xem NET-LOG-05.'
- id: SRV-IPS-01
  clauses: {1: 5.2.2.4, 2: 6.2.2.4, 3: 7.2.2.4, 4: 8.2.2.4, 5: 9.2.2.4}
  points_inferred: {3: a}
  domain: technical
  family: server_intrusion
  title_vi: Loại bỏ tài khoản không dùng
  title_en: Remove unused accounts
  requirement_vi: Trên máy chủ không còn tài khoản bỏ không hay hết hiệu lực.
  requirement_en: Remove unused and invalid accounts on servers.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_inactive_days: 45, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'SSH: lastlog -b 45 and CMDB leavers: no enabled account in either list'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-IPS-02
  clauses: {1: 5.2.2.4, 2: 6.2.2.4, 3: 7.2.2.4, 4: 8.2.2.4, 5: 9.2.2.4}
  points_inferred: {3: b}
  domain: technical
  family: server_intrusion
  title_vi: Tường lửa máy chủ
  title_en: Host firewall
  requirement_vi: Tường lửa của máy và của hệ thống chặn kết nối không được phép tới máy chủ.
  requirement_en: Use OS and system firewalls to deny unauthorised access.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: nft list ruleset shows input hook policy drop, or firewall-cmd --state running with default zone drop/public minimal'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-IPS-03
  clauses: {2: 6.2.2.4, 3: 7.2.2.4, 4: 8.2.2.4, 5: 9.2.2.4}
  points_inferred: {3: c}
  domain: technical
  family: server_intrusion
  title_vi: Tắt giao thức, dịch vụ thừa
  title_en: Disable unsafe protocols and unused services
  requirement_vi: Giao thức mạng yếu và dịch vụ thừa trên máy chủ phải tắt.
  requirement_en: Disable unsafe network protocols and unused system services.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: systemctl list-unit-files --state=enabled minus CMDB allowed = empty; ss -tulpn only CMDB ports'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-IPS-04
  clauses: {2: 6.2.2.4, 3: 7.2.2.4, 4: 8.2.2.4, 5: 9.2.2.4}
  points_inferred: {3: d}
  domain: technical
  family: server_intrusion
  title_vi: Cập nhật bản vá máy chủ
  title_en: Server patching
  requirement_vi: Hệ điều hành và dịch vụ trên máy chủ được vá và xử lý điểm yếu theo phương án.
  requirement_en: A plan patches and fixes weaknesses of OS and services.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: apt list --upgradable | grep -c security (or dnf updateinfo list security) = 0 beyond SLA; patch group in CMDB'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-IPS-05
  clauses: {3: 7.2.2.4, 4: 8.2.2.4, 5: 9.2.2.4}
  points_inferred: {3: e}
  domain: technical
  family: server_intrusion
  title_vi: Xử lý điểm yếu trước khi dùng
  title_en: Fix before use
  requirement_vi: Máy chủ được nâng bản, xử lý điểm yếu rồi mới đưa vào chạy.
  requirement_en: Upgrade and fix weaknesses of servers before use.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB: vuln_scan.finished_at <= in_service_at with open critical/high=0'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-IPS-06
  clauses: {4: 8.2.2.4, 5: 9.2.2.4}
  domain: technical
  family: server_intrusion
  title_vi: Phát hiện xâm nhập trên máy chủ
  title_en: Host intrusion detection
  requirement_vi: Xâm nhập và sửa đổi trái phép trên máy chủ phải bị phát hiện.
  requirement_en: A plan detects intrusion and unauthorised change on servers.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: wazuh-agent/aide/EDR active, last integrity check <= 24 h'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: SRV-MAL-01
  clauses: {1: 5.2.2.5, 2: 6.2.2.5, 3: 7.2.2.5, 4: 8.2.2.5, 5: 9.2.2.5}
  points_inferred: {3: a}
  domain: technical
  family: server_malware
  title_vi: Chống mã độc máy chủ
  title_en: Server anti-malware
  requirement_vi: Máy chủ có phần mềm chống mã độc (hay cách tương đương) tự lấy dữ liệu mới.
  requirement_en: Install anti-malware (or equivalent) with automatic data updates.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'SSH: agent service active; signature age <= 24 h (freshclam/systemctl or product CLI)'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-MAL-02
  clauses: {2: 6.2.2.5, 3: 7.2.2.5, 4: 8.2.2.5, 5: 9.2.2.5}
  points_inferred: {3: b}
  domain: technical
  family: server_malware
  title_vi: Quét phần mềm trước khi cài
  title_en: Scan software before install
  requirement_vi: Phần mềm được dò mã độc rồi mới cài.
  requirement_en: A plan scans and cleans software before it is installed.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: software release has scan result; repository-only installs (apt/dnf sources = internal mirror with gpgcheck=1)'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-MAL-03
  clauses: {3: 7.2.2.5, 4: 8.2.2.5, 5: 9.2.2.5}
  points_inferred: {3: c}
  domain: technical
  family: server_malware
  title_vi: Quản lý chống mã độc tập trung
  title_en: Central anti-malware management
  requirement_vi: Phần mềm chống mã độc trên máy chủ và máy người dùng được cập nhật, cảnh báo, quản lý từ một nơi.
  requirement_en: Updates and alerts of anti-malware on servers and user machines are managed centrally.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'AV console API: hosts in console = CMDB hosts; not reporting > 24 h = 0'
  confidence: recalled
  confidence_by_level: {3: confirmed, 4: recalled, 5: recalled}
  source: [PUBCOPY-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-DISP-01
  clauses: {2: 6.2.2.6, 3: 7.2.2.6, 4: 8.2.2.6, 5: 9.2.2.6}
  points_inferred: {3: a}
  domain: technical
  family: server_disposal
  title_vi: Xóa dữ liệu máy chủ khi chuyển giao
  title_en: Wipe server on hand-over
  requirement_vi: Máy chủ giao đi hay đổi mục đích phải sạch dữ liệu.
  requirement_en: A plan wipes server data on hand-over or change of purpose.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'CMDB: server transferred/repurposed has wipe_record(method,date,by)'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-DISP-02
  clauses: {3: 7.2.2.6, 4: 8.2.2.6, 5: 9.2.2.6}
  points_inferred: {3: b}
  domain: technical
  family: server_disposal
  title_vi: Sao lưu trước khi xóa
  title_en: Back up before wiping
  requirement_vi: Giữ bản dự phòng dữ liệu, ảnh hệ điều hành rồi mới xóa.
  requirement_en: Back up data and OS image before removing data.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CMDB: wipe_record.backup_job_id set and successful before wipe date'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: SRV-DISP-03
  clauses: {4: 8.2.2.6, 5: 9.2.2.6}
  domain: technical
  family: server_disposal
  title_vi: Kiểm chứng không khôi phục được
  title_en: Verify unrecoverable
  requirement_vi: Xóa rồi thì không cách nào lấy lại được, có kiểm chứng.
  requirement_en: Ensure wiped data cannot be recovered.
  levels: [4, 5]
  evidence: document
  document: verification minutes linked to wipe_record
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu cần đối chiếu bản gốc.
- id: APP-AUTH-01
  clauses: {1: 5.2.3.1, 2: 6.2.3.1, 3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: a}
  domain: technical
  family: app_authentication
  title_vi: Xác thực người dùng ứng dụng
  title_en: Application authentication
  requirement_vi: Không ai dùng, quản trị hay cấu hình ứng dụng mà chưa được xác thực.
  requirement_en: The application authenticates users who access, administer, configure it.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'HTTP: protected URLs return 401/302 to login without session; admin URL too'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-02
  clauses: {1: 5.2.3.1, 2: 6.2.3.1, 3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: b}
  domain: technical
  family: app_authentication
  title_vi: Mã hóa thông tin xác thực khi lưu
  title_en: Encrypted credential storage
  requirement_vi: Thông tin đăng nhập trong kho được mã hóa.
  requirement_en: Credentials are stored encrypted.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'DB probe: password column values match ^(\$argon2|\$2[aby]\$|\$6\$|pbkdf2) for sampled rows; no plaintext'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-03
  clauses: {1: 5.2.3.1, 2: 6.2.3.1, 3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: c}
  domain: technical
  family: app_authentication
  title_vi: Quy tắc mật khẩu ứng dụng
  title_en: Application password rules
  requirement_vi: Mật khẩu ban đầu phải đổi; mật khẩu mới đủ dài, đủ loại ký tự.
  requirement_en: Force change of default passwords; length and class rules.
  levels: [1, 2, 3, 4, 5]
  evidence: semi
  probe: 'IdP API: realm passwordPolicy has length and character classes; first login requires update'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-04
  clauses: {2: 6.2.3.1, 3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: c}
  domain: technical
  family: app_authentication
  title_vi: Thời hạn mật khẩu ứng dụng
  title_en: Application password age
  requirement_vi: Mật khẩu ứng dụng có kỳ phải đổi và hạn dùng.
  requirement_en: Set change interval and validity of passwords.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'IdP API: passwordPolicy forceExpiredPasswordChange(n) present'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-05
  clauses: {2: 6.2.3.1, 3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: d}
  domain: technical
  family: app_authentication
  title_vi: Hạn chế đăng nhập sai ứng dụng
  title_en: Limit failed application logins
  requirement_vi: Trong một khoảng thời gian, một tài khoản ứng dụng chỉ được sai một số lần.
  requirement_en: Limit failed logins of an account within a period.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'IdP API: bruteForceProtected=true and failureFactor <= policy; or test account locked after N tries'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-06
  clauses: {3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  points_inferred: {3: e}
  domain: technical
  family: app_authentication
  title_vi: Mã hóa thông tin xác thực khi gửi
  title_en: Encrypt credentials before sending
  requirement_vi: Thông tin đăng nhập không truyền dạng rõ trên mạng.
  requirement_en: Credentials are encrypted before they go over the network.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'TLS probe: login endpoint HTTPS only, HTTP redirects, HSTS set, TLS>=1.2'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-07
  clauses: {3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  domain: technical
  family: app_authentication
  title_vi: Ngăn đăng nhập tự động
  title_en: No automatic login
  requirement_vi: Ứng dụng có dữ liệu quan trọng không cho tự vào.
  requirement_en: Applications on important data prevent automatic login.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'HTTP: no persistent ''remember me'' cookie (Max-Age) at login; IdP rememberMe=false'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-08
  clauses: {3: 7.2.3.1, 4: 8.2.3.1, 5: 9.2.3.1}
  domain: technical
  family: app_authentication
  title_vi: Vô hiệu tài khoản ứng dụng
  title_en: Disable application account
  requirement_vi: Sai quá số lần thì tài khoản ứng dụng bị khóa.
  requirement_en: Disable an account once failures exceed the limit.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'IdP API: permanentLockout=true or wait >= policy'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-AUTH-09
  clauses: {4: 8.2.3.1, 5: 9.2.3.1}
  domain: technical
  family: app_authentication
  title_vi: Đa nhân tố ứng dụng
  title_en: Application MFA
  requirement_vi: Tài khoản quản trị ứng dụng dùng đa nhân tố.
  requirement_en: Multi-factor authentication for application admin accounts.
  levels: [4, 5]
  evidence: automated
  probe: 'IdP API: admin role flow requires OTP/WebAuthn'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Phạm vi cần đối chiếu.
- id: APP-ACC-01
  clauses: {1: 5.2.3.2, 2: 6.2.3.2, 3: 7.2.3.2, 4: 8.2.3.2, 5: 9.2.3.2}
  points_inferred: {3: a}
  domain: technical
  family: app_access
  title_vi: Kết nối an toàn tới ứng dụng
  title_en: Secure application connections
  requirement_vi: Đường vào và quản trị ứng dụng từ xa phải là kênh được bảo vệ.
  requirement_en: Remote access to and administration of the application use secure connections only.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'TLS probe: TLS>=1.2, valid chain, HTTP closed or redirects'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-ACC-02
  clauses: {1: 5.2.3.2, 2: 6.2.3.2, 3: 7.2.3.2, 4: 8.2.3.2, 5: 9.2.3.2}
  points_inferred: {3: b}
  domain: technical
  family: app_access
  title_vi: Thời gian chờ ứng dụng
  title_en: Application idle timeout
  requirement_vi: Phiên ứng dụng không dùng đến thì tự đóng.
  requirement_en: Close the session when no request comes within the timeout.
  levels: [1, 2, 3, 4, 5]
  parameters: {default_idle_minutes: 15, default_origin: tool_default_not_from_standard}
  evidence: automated
  probe: 'IdP API: ssoSessionIdleTimeout <= policy (default 900 s); replay of an idle session returns 401'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-ACC-03
  clauses: {2: 6.2.3.2, 3: 7.2.3.2, 4: 8.2.3.2, 5: 9.2.3.2}
  points_inferred: {3: c}
  domain: technical
  family: app_access
  title_vi: Giới hạn địa chỉ quản trị ứng dụng
  title_en: Restrict admin addresses
  requirement_vi: Chỉ địa chỉ trong danh sách được quản trị ứng dụng từ xa.
  requirement_en: Limit addresses allowed to administer the application remotely.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'HTTP: admin path from a non-admin probe returns 403/timeout; SSH: nginx allow/deny or listener bound to management address'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-ACC-04
  clauses: {2: 6.2.3.2, 3: 7.2.3.2, 4: 8.2.3.2, 5: 9.2.3.2}
  points_inferred: {3: d}
  domain: technical
  family: app_access
  title_vi: Phân quyền ứng dụng
  title_en: Application roles
  requirement_vi: Người, nhóm có việc khác nhau thì quyền trong ứng dụng khác nhau.
  requirement_en: Grant access, administration and resources by user or group with different functions.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'IdP/app API: roles >=2, each user has explicit role, no shared admin'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-ACC-05
  clauses: {3: 7.2.3.2, 4: 8.2.3.2, 5: 9.2.3.2}
  points_inferred: {3: e}
  domain: technical
  family: app_access
  title_vi: Giới hạn kết nối đồng thời ứng dụng
  title_en: Limit concurrent connections
  requirement_vi: Ứng dụng, dịch vụ có trần số kết nối cùng lúc.
  requirement_en: Limit concurrent connections to applications and services.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: nginx limit_conn/limit_req, haproxy maxconn, or app session limit set'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-ACC-06
  clauses: {4: 8.2.3.2, 5: 9.2.3.2}
  domain: technical
  family: app_access
  title_vi: Tách giao diện quản trị
  title_en: Separate admin interface
  requirement_vi: Cổng quản trị ứng dụng tách khỏi cổng phục vụ.
  requirement_en: Admin port and interface are apart from the service port.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: ss -tlnp admin listener port != service port, bound to management address'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cấp bắt đầu cần đối chiếu.
- id: APP-LOG-01
  clauses: {1: 5.2.3.3, 2: 6.2.3.3, 3: 7.2.3.3, 4: 8.2.3.3, 5: 9.2.3.3}
  points_inferred: {3: a}
  domain: technical
  family: app_log
  title_vi: 'Nhật ký ứng dụng: truy cập, đăng nhập quản trị'
  title_en: 'Application log: access, admin login'
  requirement_vi: Ứng dụng ghi ai vào và ai đăng nhập quản trị.
  requirement_en: Record access and admin logins.
  levels: [1, 2, 3, 4, 5]
  evidence: automated
  probe: 'Log store: access and admin login events of the app in last 24 h with user, ip, time'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-LOG-02
  clauses: {2: 6.2.3.3, 3: 7.2.3.3, 4: 8.2.3.3, 5: 9.2.3.3}
  points_inferred: {3: a}
  domain: technical
  family: app_log
  title_vi: 'Nhật ký ứng dụng: lỗi'
  title_en: 'Application log: errors'
  requirement_vi: Ứng dụng ghi lỗi lúc chạy.
  requirement_en: Record errors in operation.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'Log store: error-level events stream exists for the app'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-LOG-03
  clauses: {3: 7.2.3.3, 4: 8.2.3.3, 5: 9.2.3.3}
  points_inferred: {3: a}
  domain: technical
  family: app_log
  title_vi: 'Nhật ký ứng dụng: đổi cấu hình'
  title_en: 'Application log: changes'
  requirement_vi: Ứng dụng ghi việc đổi cấu hình.
  requirement_en: Record configuration changes.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Log store: config-change event type present (test change appears)'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-LOG-04
  clauses: {3: 7.2.3.3, 4: 8.2.3.3, 5: 9.2.3.3}
  points_inferred: {3: b}
  domain: technical
  family: app_log
  title_vi: Nhật ký ứng dụng tập trung
  title_en: Central application logs
  requirement_vi: Nhật ký ứng dụng được gom về một nơi.
  requirement_en: Application logs are managed and stored centrally.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'Log store: last event of app <= 15 min; shipper (filebeat/fluent-bit/rsyslog imfile) active'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-LOG-05
  clauses: {1: 5.2.3.3, 2: 6.2.3.3, 3: 7.2.3.3, 4: 8.2.3.3, 5: 9.2.3.3}
  points_inferred: {3: c}
  domain: technical
  family: app_log
  title_vi: Thời gian lưu nhật ký ứng dụng
  title_en: Application log retention
  requirement_vi: Nhật ký ứng dụng giữ đủ số tháng của cấp.
  requirement_en: Application logs are kept at least as long as the level asks.
  levels: [1, 2, 3, 4, 5]
  parameters:
    log_retention_months: {1: 1, 2: 1, 3: 3, 4: 6, 5: 12}
  evidence: automated
  probe: 'Log store: oldest event of app <= now - N months (or app younger); retention policy >= N months'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: confirmed, 3: confirmed, 4: confirmed, 5: confirmed}
  source: [SEED-004, LOG-NOTE, TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: 'Cấp 1: xem NET-LOG-05.'
- id: APP-COM-01
  clauses: {3: 7.2.3.4, 4: 8.2.3.4, 5: 9.2.3.4}
  points_inferred: {3: a}
  domain: technical
  family: app_secure_communication
  title_vi: Mã hóa khi trao đổi qua mạng
  title_en: Encrypt information on the network
  requirement_vi: Thông tin không công khai phải mã hóa trước khi lên mạng; thông tin mật theo luật bí mật nhà nước.
  requirement_en: Encrypt non-public information before sending; classified information by the state-secret rules.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'TLS probe: all app and API endpoints TLS>=1.2; DB ssl on; CMDB flows of class secret use cipher products'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-COM-02
  clauses: {4: 8.2.3.4, 5: 9.2.3.4}
  domain: technical
  family: app_secure_communication
  title_vi: Kênh truyền an toàn riêng
  title_en: Separate secure channel
  requirement_vi: Dữ liệu quan trọng đi trên kênh hay giao thức riêng được bảo vệ.
  requirement_en: Use a secure protocol or separate channel for important data.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: flow[class=important].channel in {ipsec, leased, state_network}'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: APP-NR-01
  clauses: {3: 7.2.3.5, 4: 8.2.3.5, 5: 9.2.3.5}
  points_inferred: {3: a}
  domain: technical
  family: app_non_repudiation
  title_vi: Chữ ký số
  title_en: Digital signature
  requirement_vi: Trao đổi thông tin quan trọng thì ký số.
  requirement_en: Use digital signatures when exchanging important information.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: flow[class=important].signed=true; doc: signed sample verifies'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-NR-02
  clauses: {3: 7.2.3.5, 4: 8.2.3.5, 5: 9.2.3.5}
  points_inferred: {3: b}
  domain: technical
  family: app_non_repudiation
  title_vi: Nguồn cấp chữ ký số
  title_en: Signature issuer
  requirement_vi: Chứng thư ký của cơ quan có thẩm quyền hoặc bên được cấp phép.
  requirement_en: Signatures come from a competent authority or licensed provider.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'X.509: issuer of signing certificates in the list of state or licensed CAs; not expired'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-NR-03
  clauses: {4: 8.2.3.5, 5: 9.2.3.5}
  domain: technical
  family: app_non_repudiation
  title_vi: Bảo vệ chữ ký số
  title_en: Protect signatures
  requirement_vi: Việc giữ và dùng chữ ký số có phương án an toàn.
  requirement_en: A plan secures management and use of signatures.
  levels: [4, 5]
  evidence: document
  document: token rule
  probe: CMDB token register
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Hạt giống 004 nêu bảo vệ chữ ký số; cấp bắt đầu cần đối chiếu.
- id: APP-SRC-01
  clauses: {2: 6.2.3.4, 3: 7.2.3.6, 4: 8.2.3.6, 5: 9.2.3.6}
  points_inferred: {3: a}
  domain: technical
  family: app_source
  title_vi: Kiểm tra dữ liệu vào
  title_en: Input validation
  requirement_vi: Dữ liệu nhập vào được kiểm hợp lệ rồi mới xử lý.
  requirement_en: The application validates input before processing.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'DAST: no injection finding of high severity'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-SRC-02
  clauses: {3: 7.2.3.6, 4: 8.2.3.6, 5: 9.2.3.6}
  domain: technical
  family: app_source
  title_vi: Kiểm tra dữ liệu ra
  title_en: Output validation
  requirement_vi: Dữ liệu trả ra được kiểm trước khi gửi.
  requirement_en: The application checks output before sending.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'DAST: no reflected/stored XSS finding; Content-Type and CSP headers set'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-SRC-03
  clauses: {2: 6.2.3.4, 3: 7.2.3.6, 4: 8.2.3.6, 5: 9.2.3.6}
  points_inferred: {3: b}
  domain: technical
  family: app_source
  title_vi: Chống tấn công phổ biến
  title_en: Resist common attacks
  requirement_vi: 'Ứng dụng chịu được các kiểu tấn công thường gặp: chèn lệnh, chèn tệp, kịch bản chéo trang, giả mạo yêu cầu.'
  requirement_en: The application resists common attacks such as injection, file inclusion, XSS, CSRF.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: DAST baseline (ZAP) high=0, medium accepted only with waiver
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-SRC-04
  clauses: {3: 7.2.3.6, 4: 8.2.3.6, 5: 9.2.3.6}
  points_inferred: {3: c}
  domain: technical
  family: app_source
  title_vi: Kiểm soát lỗi, thông báo lỗi
  title_en: Error handling
  requirement_vi: Lỗi của ứng dụng được xử lý và không lộ chi tiết.
  requirement_en: The application controls errors and error messages.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'HTTP: forced 404/500 shows no stack trace, version or path; Server/X-Powered-By without version'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-SRC-05
  clauses: {3: 7.2.3.6, 4: 8.2.3.6, 5: 9.2.3.6}
  points_inferred: {3: d}
  domain: technical
  family: app_source
  title_vi: Không lưu bí mật trong mã nguồn
  title_en: No secrets in source
  requirement_vi: Mã nguồn không chứa mật khẩu, khóa, bí mật.
  requirement_en: No credentials or secrets in source code.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'CI: gitleaks detect on deployed commit exit code 0'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: APP-SRC-06
  clauses: {4: 8.2.3.6, 5: 9.2.3.6}
  domain: technical
  family: app_source
  title_vi: Kiểm tra, phân tích mã nguồn
  title_en: Source code analysis
  requirement_vi: Mã nguồn được phân tích tìm điểm yếu trước khi chạy và khi thay đổi.
  requirement_en: Analyse source code for weaknesses before operation and on change.
  levels: [4, 5]
  evidence: semi
  probe: 'CI: SAST report of the release, open high=0'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.
- id: DATA-INT-01
  clauses: {3: 7.2.4.1, 4: 8.2.4.1, 5: 9.2.4.1}
  points_inferred: {3: a}
  domain: technical
  family: data_integrity
  title_vi: Mã kiểm tra nguyên vẹn
  title_en: Integrity codes
  requirement_vi: Dữ liệu quan trọng có dấu kiểm để biết còn nguyên.
  requirement_en: Important data is managed and stored with integrity codes.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'CMDB: dataset[class=important].integrity set; last verify job success'
  confidence: recalled
  confidence_by_level: {3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-INT-02
  clauses: {4: 8.2.4.1, 5: 9.2.4.1}
  domain: technical
  family: data_integrity
  title_vi: Giám sát thay đổi dữ liệu
  title_en: Monitor data change
  requirement_vi: Dữ liệu lưu bị đổi thì có cảnh báo.
  requirement_en: Watch and alert when stored data is changed.
  levels: [4, 5]
  evidence: automated
  probe: 'SSH: aide/FIM last run <= 24 h; alert rule in SIEM'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-INT-03
  clauses: {4: 8.2.4.1, 5: 9.2.4.1}
  domain: technical
  family: data_integrity
  title_vi: Khôi phục tính nguyên vẹn
  title_en: Restore integrity
  requirement_vi: Biết trước cách đưa dữ liệu bị sửa về đúng.
  requirement_en: A plan restores data integrity.
  levels: [4, 5]
  evidence: document
  document: plan
  probe: CMDB restore test of the dataset
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-CONF-01
  clauses: {2: 6.2.4.1, 3: 7.2.4.2, 4: 8.2.4.2, 5: 9.2.4.2}
  points_inferred: {3: a}
  domain: technical
  family: data_confidentiality
  title_vi: Lưu trữ có mã hóa
  title_en: Encrypted storage
  requirement_vi: Dữ liệu không công khai nằm trên đĩa, băng, phương tiện rời đều được mã hóa.
  requirement_en: Non-public data is stored encrypted on storage systems or media.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'SSH: lsblk -o NAME,TYPE,MOUNTPOINT shows crypt under data mounts, or storage array/DB TDE state=on'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, DOSSIER-L3, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-CONF-02
  clauses: {3: 7.2.4.2, 4: 8.2.4.2, 5: 9.2.4.2}
  points_inferred: {3: b}
  domain: technical
  family: data_confidentiality
  title_vi: Phương pháp mã hóa mạnh
  title_en: Strong encryption
  requirement_vi: Cách mã hóa không thuộc loại quốc tế đã công bố yếu.
  requirement_en: Use strong methods without published international weakness.
  levels: [3, 4, 5]
  evidence: automated
  probe: 'SSH: cryptsetup luksDump <dev> cipher aes-xts-plain64, key 256/512 bits; TLS scan no RC4/3DES'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-CONF-03
  clauses: {3: 7.2.4.2, 4: 8.2.4.2, 5: 9.2.4.2}
  points_inferred: {3: c}
  domain: technical
  family: data_confidentiality
  title_vi: Phân vùng lưu trữ mã hóa
  title_en: Encrypted partition
  requirement_vi: Có phân vùng mã hóa riêng, chỉ người được giao mới truy cập, quản lý.
  requirement_en: Set up an encrypted partition that only authorised people access and manage.
  levels: [3, 4, 5]
  evidence: semi
  probe: 'SSH: mount point owner/mode <=750 and ACL group equals CMDB list'
  confidence: recalled
  confidence_by_level: {3: recalled, 4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-CONF-04
  clauses: {4: 8.2.4.2, 5: 9.2.4.2}
  domain: technical
  family: data_confidentiality
  title_vi: Bảo vệ khóa giải mã
  title_en: Protect decryption keys
  requirement_vi: Khóa giải mã và dữ liệu mã hóa có phương án giữ.
  requirement_en: A plan manages and protects encrypted data and decryption keys.
  levels: [4, 5]
  evidence: semi
  probe: 'CMDB: keys stored in KMS/HSM/vault, not on the data host'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-BAK-01
  clauses: {1: 5.2.4.1, 2: 6.2.4.2, 3: 7.2.4.3, 4: 8.2.4.3, 5: 9.2.4.3}
  points_inferred: {3: a}
  domain: technical
  family: data_backup
  title_vi: Sao lưu dữ liệu quan trọng
  title_en: Back up important data
  requirement_vi: 'Dữ liệu quan trọng có bản dự phòng (cấp 1); từ cấp 2 đủ bốn loại: cấu hình, ảnh hệ điều hành, cơ sở dữ liệu, dữ liệu nghiệp vụ.'
  requirement_en: Back up important data (level 1); from level 2 configuration files, OS image, databases, business data.
  levels: [1, 2, 3, 4, 5]
  parameters:
    data_kinds:
      1: [important]
      2: [config, os_image, database, business_data]
      3: [config, os_image, database, business_data]
      4: [config, os_image, database, business_data]
      5: [config, os_image, database, business_data]
  evidence: automated
  probe: 'CMDB: each required kind has a job with last success age <= frequency x 1.5'
  confidence: recalled
  confidence_by_level: {1: recalled, 2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-BAK-02
  clauses: {2: 6.2.4.2, 3: 7.2.4.3, 4: 8.2.4.3, 5: 9.2.4.3}
  points_inferred: {3: b}
  domain: technical
  family: data_backup
  title_vi: Phân loại dữ liệu sao lưu
  title_en: Classify backup data
  requirement_vi: Bản dự phòng được xếp nhóm, gắn nhãn.
  requirement_en: Classify and manage stored data by labelled groups.
  levels: [2, 3, 4, 5]
  evidence: semi
  probe: 'Backup API: every job/repository has label matching CMDB dataset class'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-BAK-03
  clauses: {2: 6.2.4.2, 3: 7.2.4.3, 4: 8.2.4.3, 5: 9.2.4.3}
  points_inferred: {3: c}
  domain: technical
  family: data_backup
  title_vi: Phương tiện sao lưu độc lập
  title_en: Independent backup storage
  requirement_vi: Chỗ chứa bản dự phòng đứng riêng.
  requirement_en: An independent storage system or medium holds backups.
  levels: [2, 3, 4, 5]
  evidence: automated
  probe: 'CMDB: backup target asset_id != production storage asset_id; repository reachable and free >= 20%'
  confidence: recalled
  confidence_by_level: {2: recalled, 3: topic_confirmed, 4: recalled, 5: recalled}
  source: [SEED-004, TT12-HEADINGS, OWN-KNOWLEDGE]
- id: DATA-BAK-04
  clauses: {4: 8.2.4.3, 5: 9.2.4.3}
  domain: technical
  family: data_backup
  title_vi: Sao lưu sẵn sàng cao, khôi phục nóng
  title_en: Highly available backup, hot recovery
  requirement_vi: Hệ dự phòng vẫn hoạt động khi một phần hỏng và khôi phục nóng được.
  requirement_en: Backup is highly available and allows hot recovery when one part fails.
  levels: [4, 5]
  evidence: automated
  probe: 'CMDB: backup/storage ha_group size>=2, failover test pass within 12 months'
  confidence: recalled
  confidence_by_level: {4: recalled, 5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu (3 hay 4) cần đối chiếu.
- id: DATA-BAK-05
  clauses: {5: 9.2.4.3}
  domain: technical
  family: data_backup
  title_vi: Bản sao ở địa điểm khác
  title_en: Copy elsewhere
  requirement_vi: Có bản dự phòng ở nơi địa lý khác.
  requirement_en: Keep backup data in another geographic place.
  levels: [5]
  evidence: automated
  probe: 'CMDB: offsite copy site_id != primary, age <= policy'
  confidence: recalled
  confidence_by_level: {5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Cấp bắt đầu cần đối chiếu.
- id: DATA-BAK-06
  clauses: {5: 9.2.4.3}
  domain: technical
  family: data_backup
  title_vi: Hai kết nối tới hệ sao lưu phụ
  title_en: Two links to secondary backup
  requirement_vi: Hệ sao lưu chính và phụ nối bằng ít nhất hai đường.
  requirement_en: At least two network links join main and secondary backup systems.
  levels: [5]
  parameters:
    links_min: {5: 2}
  evidence: automated
  probe: 'SNMP: >=2 links ifOperStatus=up on distinct paths'
  confidence: recalled
  confidence_by_level: {5: recalled}
  source: [TT12-HEADINGS, OWN-KNOWLEDGE]
  note_vi: Trí nhớ yếu; cần đối chiếu bản gốc.

"""#
