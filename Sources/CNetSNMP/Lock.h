#pragma once
// One lock for all of libsnmp, and its messages silenced on first use.
void cnetsnmp_lock(void);
void cnetsnmp_unlock(void);
