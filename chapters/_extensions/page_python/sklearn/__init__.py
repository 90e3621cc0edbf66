"""In the page there is no scikit-learn: only its data set of digits, which problem set 6 trains on."""
