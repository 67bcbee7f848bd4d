/* verify.h -- `stoad --ledger verify`: whether every balance and every sum follows from the transfers. */
#ifndef STOA_HANDLERS_LEDGER_VERIFY_H
#define STOA_HANDLERS_LEDGER_VERIFY_H

#include "core/base/command.h"

command_function ledger_command;

#endif
