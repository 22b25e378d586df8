/// The TimeSeries room.
enum TimeSeriesRoom {}
