#include "CNetSNMP.h"
int cnetsnmp_dummy(void){return 0;}
