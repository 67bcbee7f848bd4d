/* confdefs.h */
#define PACKAGE_NAME "stoa"
#define PACKAGE_TARNAME "stoa"
#define PACKAGE_VERSION "0.1.0"
#define PACKAGE_STRING "stoa 0.1.0"
#define PACKAGE_BUGREPORT ""
#define PACKAGE_URL ""
#define PACKAGE "stoa"
#define VERSION "0.1.0"
