int cnetsnmp_dummy(void);
