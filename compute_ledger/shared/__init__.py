"""What the analysis and the publishing wing must mean alike: names of files, rounding, letters and their widths."""
