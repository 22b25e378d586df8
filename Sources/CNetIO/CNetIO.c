#include "CNetIO.h"
int cnetio_dummy(void){return 0;}
