// swift-format-ignore-file
// Made from Data/identities.yaml; HATANG_RECORD=1 swift test --filter EmbeddedIdentitiesTests makes it again.

let identitiesText = #"""
# Makers and kinds of devices: how each is recognised and where it keeps what. Read meta first.
meta:\#n  ids: sysObjectID within one of these\#n  descr: sysDescr on one line; {name} keeps, {*} skips, upper and lower case are the same\#n  oids: e. stands for 1.3.6.1.4.1., m. for 1.3.6.1.2.1.; names that end in .0 are asked by GET, others walked\#n  numbers: OID or OID * FACTOR
manufacturers:\#n  cisco: {name: Cisco, numbers: [9], spellings: [Cisco Systems, 'Cisco Systems, Inc.', 'Cisco Systems Inc']}\#n  net-snmp: {name: Net-SNMP, numbers: [8072, 2021]}
rules:
- name: cisco\#n  ids: [e.9]\#n  descr: ['Version {version},', 'Version {version} ', 'Cisco']\#n  manufacturer: cisco

"""#
