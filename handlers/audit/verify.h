/* verify.h -- `stoad --audit verify`: whether the audit is whole, and if not, where. */
#ifndef STOA_HANDLERS_AUDIT_VERIFY_H
#define STOA_HANDLERS_AUDIT_VERIFY_H

#include "core/base/command.h"

command_function audit_command;

#endif
