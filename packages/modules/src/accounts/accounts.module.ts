import { Module } from '@nestjs/common';

/** Accounts bring a description only: the record engine does the rest. */
@Module({})
export class AccountsModule {}
