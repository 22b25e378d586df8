int cnetio_dummy(void);
