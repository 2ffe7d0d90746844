import { Module } from '@nestjs/common';

/** Tags bring a description only: the record engine does the rest. */
@Module({})
export class TagsModule {}
